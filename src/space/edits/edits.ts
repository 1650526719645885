import type { FieldId, OptionId, RecordId, SpaceId, TableId, ViewId } from '../ids.ts'
import type { DefaultValue, FieldSettings, FieldType } from '../schema.ts'

/**
 * The input of a cell; `null` empties it. Texts, dates, date-times, colours, addresses and the like are strings. A choice is an
 * option's id or name, several choices a list of them. One link is a record's id, several links a list.
 */
export type CellInput = string | number | boolean | null | readonly string[]

export interface OptionInput {
  readonly id?: OptionId
  readonly name: string
  /** 1 to 12. */
  readonly colour?: number
}

/** A table, field or view: its id, or its name if that is unique. */
export type TableRef = TableId | string
export type FieldRef = FieldId | string
export type ViewRef = ViewId | string

/** The position in a list: before another item, or last for `null`. */
export interface PlaceInput<Ref> {
  readonly before?: Ref | null
}

type Settings = Omit<FieldSettings, 'via' | 'of' | 'inverse' | 'space'> & {
  readonly via?: FieldRef
  readonly of?: FieldRef
}

export interface FieldInput extends Settings {
  readonly id?: FieldId
  readonly name: string
  readonly type: FieldType
  readonly description?: string
  readonly required?: boolean
  readonly unique?: boolean
  readonly default?: DefaultValue
  readonly options?: readonly OptionInput[]
  readonly target?: TableRef
  readonly many?: boolean
  /** A link into another space. */
  readonly space?: SpaceId
  /** For a two-way link: the name of the field on the other side. */
  readonly twoWay?: { readonly id?: FieldId; readonly name: string }
  /** Attributes of each link. */
  readonly attributes?: readonly FieldInput[]
}

/** Undefined leaves a setting unchanged, `null` removes it. */
type Change<T> = { readonly [Key in keyof T]?: T[Key] | null }

export interface FieldChange
  extends Change<Omit<FieldInput, 'id' | 'name' | 'type' | 'options' | 'twoWay' | 'attributes' | 'space'>> {
  readonly name?: string
  readonly type?: FieldType
  /** Adds an option with a new id; renames, recolours or moves an existing one. */
  readonly option?: OptionInput & PlaceInput<OptionId>
}

/** The JSON parts of a view: see `docs/formats/document.md`. */
export interface ViewInput {
  readonly name?: string
  readonly kind?: string
  readonly filter?: unknown
  readonly sort?: unknown
  readonly group?: unknown
  readonly columns?: Readonly<
    Record<FieldRef, { readonly width?: number | null; readonly hidden?: boolean } & PlaceInput<FieldRef>>
  >
}

/** The attributes of a link, by id or name. */
export type AttributeInput = Readonly<Record<FieldRef, CellInput>>

/** The metadata of a file; its content is stored elsewhere. */
export interface FileInput {
  /** SHA-256, 64 hexadecimal digits. */
  readonly hash: string
  readonly name: string
  readonly mime: string
  /** Bytes. */
  readonly size: number
  readonly alt?: string
  readonly manifest?: string
}

interface Cell {
  readonly table: TableRef
  readonly record: RecordId
  readonly field: FieldRef
}

/** One step of a transaction. The edits of one `commit` are applied together or not at all. */
export type Edit =
  | {
      readonly do: 'update-space'
      readonly name?: string
      readonly icon?: string
      readonly colour?: number
      readonly description?: string
    }
  | {
      readonly do: 'create-table'
      readonly id?: TableId
      readonly name: string
      readonly icon?: string
      readonly fields?: readonly FieldInput[]
    }
  | ({
      readonly do: 'update-table'
      readonly table: TableRef
      readonly name?: string
      readonly icon?: string
      /** The field that names a record. */
      readonly primary?: FieldRef
    } & PlaceInput<TableRef>)
  | ({ readonly do: 'create-field'; readonly table: TableRef } & FieldInput & PlaceInput<FieldRef>)
  /** Adds an attribute to a link. */
  | ({ readonly do: 'create-attribute'; readonly field: FieldRef; readonly table?: TableRef } & Omit<FieldInput, 'twoWay'>)
  | ({ readonly do: 'update-field'; readonly field: FieldRef; readonly table?: TableRef } & FieldChange & PlaceInput<FieldRef>)
  | ({
      readonly do: 'create-view'
      readonly id?: ViewId
      readonly table: TableRef
      readonly name: string
      readonly kind: string
    } & ViewInput)
  | ({ readonly do: 'update-view'; readonly view: ViewRef; readonly table?: TableRef } & ViewInput & PlaceInput<ViewRef>)
  | {
      readonly do: 'create-record'
      readonly id?: RecordId
      readonly table: TableRef
      readonly values?: Readonly<Record<FieldRef, CellInput>>
      readonly before?: RecordId | null
    }
  /** With `keep`, a text that does not fit the field's type is stored and marked, as after a change of type. */
  | ({ readonly do: 'set'; readonly value: CellInput; readonly keep?: boolean } & Cell)
  /** Adds or removes one option or one file; the others stay. */
  | ({ readonly do: 'add'; readonly value: OptionId | string | FileInput } & Cell)
  | ({ readonly do: 'remove'; readonly value: OptionId | string } & Cell)
  | ({ readonly do: 'link'; readonly to: RecordId; readonly space?: SpaceId; readonly attributes?: AttributeInput } & Cell &
      PlaceInput<RecordId>)
  | ({ readonly do: 'unlink'; readonly to: RecordId; readonly space?: SpaceId } & Cell)
  /** With `field`, a tree: moves below `parent` (`null`: the top), before one of its children. Without `field`: moves among the rows. */
  | {
      readonly do: 'move'
      readonly table: TableRef
      readonly record: RecordId
      readonly field?: FieldRef
      readonly parent?: RecordId | null
      readonly before?: RecordId | null
    }
  /** Edits a long text at a position in UTF-16 units: removes so many units, then inserts. */
  | ({
      readonly do: 'splice'
      readonly at: number
      readonly remove: number
      readonly insert: string
      readonly text?: string
    } & Cell)
  /** Appends texts that were created concurrently to the first one. */
  | ({ readonly do: 'join' } & Cell)
  | { readonly do: 'delete' | 'restore' | 'purge'; readonly what: Deletable }

export type Deletable =
  | { readonly table: TableRef }
  | { readonly field: FieldRef; readonly table?: TableRef }
  | { readonly view: ViewRef; readonly table?: TableRef }
  | { readonly option: OptionId; readonly field: FieldRef; readonly table?: TableRef }
  | { readonly table: TableRef; readonly record: RecordId }

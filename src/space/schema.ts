import type { FieldId, OptionId, TableId } from './ids.ts'

export const FIELD_TYPES = ['text', 'number', 'checkbox', 'date', 'choice', 'link'] as const
export type FieldType = (typeof FIELD_TYPES)[number]

/** A space's tables as people see them: in order, nothing from the trash but what `deleted` lists. */
export interface Schema {
  readonly name: string
  readonly tables: readonly Table[]
  /** In the trash, newest first. */
  readonly deleted: { readonly tables: readonly Table[]; readonly fields: readonly Field[] }
  /** Being imported, here or elsewhere: shown nowhere yet. */
  readonly unfinished: readonly Table[]
}

export const EMPTY_SCHEMA: Schema = { name: '', tables: [], deleted: { tables: [], fields: [] }, unfinished: [] }

/** Every table that has records, shown or not. */
export const everyTable = ({ tables, deleted, unfinished }: Schema): Table[] => [...tables, ...deleted.tables, ...unfinished]

export interface Table {
  readonly id: TableId
  readonly name: string
  /** In their order; the first one names a record. */
  readonly fields: readonly Field[]
}

export interface Field {
  readonly id: FieldId
  readonly table: TableId
  readonly name: string
  readonly type: FieldType
  /** Of a type this version does not know: shown as it is, read-only. */
  readonly unknownType?: string
  /** Choices, in their order; for `choice` alone. */
  readonly options: readonly Option[]
  /** The table a `link` points into. */
  readonly target?: TableId
  /** Whether a `link` holds several records. */
  readonly many: boolean
}

export interface Option {
  readonly id: OptionId
  readonly name: string
  /** 1 to 12, a hue of the look. */
  readonly colour: number
}

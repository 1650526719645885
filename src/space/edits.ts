import type { FieldId, OptionId, RecordId, TableId } from './ids.ts'
import type { FieldType } from './schema.ts'

/**
 * What a cell is set to. Text, date (EDTF-like: `2026-11-21`, `2026-11`, `2026`) and choice (an option's id) are strings,
 * one link is a record's id; `null` empties the cell.
 */
export type CellInput = string | number | boolean | null

export interface OptionInput {
  readonly id?: OptionId
  readonly name: string
  readonly colour?: number
}

export interface FieldInput {
  readonly id?: FieldId
  readonly name: string
  readonly type: FieldType
  readonly options?: readonly OptionInput[]
  readonly target?: TableId
  readonly many?: boolean
}

/** One step of a transaction; several go to `commit` together, and all of them count or none does. */
export type Edit =
  | { readonly do: 'update-space'; readonly name: string }
  | { readonly do: 'create-table'; readonly id?: TableId; readonly name: string; readonly fields?: readonly FieldInput[] }
  | { readonly do: 'update-table'; readonly table: TableId; readonly name: string }
  | ({ readonly do: 'create-field'; readonly table: TableId } & FieldInput)
  | {
      readonly do: 'update-field'
      readonly field: FieldId
      readonly name?: string
      readonly type?: FieldType
      readonly target?: TableId
      readonly many?: boolean
      /** Added when its id is new, renamed or recoloured when not. */
      readonly option?: OptionInput
    }
  | {
      readonly do: 'create-record'
      readonly id?: RecordId
      readonly table: TableId
      readonly values?: Readonly<Record<FieldId, CellInput>>
    }
  | { readonly do: 'set'; readonly table: TableId; readonly record: RecordId; readonly field: FieldId; readonly value: CellInput }
  | {
      readonly do: 'link' | 'unlink'
      readonly table: TableId
      readonly record: RecordId
      readonly field: FieldId
      readonly to: RecordId
    }
  | { readonly do: 'delete' | 'restore'; readonly what: Deletable }

export type Deletable =
  | { readonly table: TableId }
  | { readonly field: FieldId }
  | { readonly table: TableId; readonly record: RecordId }

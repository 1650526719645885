import { cellOf } from '../space/cell.ts'
import type { RecordId } from '../space/ids.ts'
import type { StoredRecord } from '../space/read-records.ts'
import type { Table } from '../space/schema.ts'

/** What stands in a column: texts and numbers as they are, a checkbox as 0 or 1, several links as a JSON array of ids. */
export type Column = string | number | null

/** A record as the index takes it in; `columns` follow the table's fields. */
export interface IndexRow {
  readonly id: RecordId
  readonly order: string
  readonly deleted: boolean
  readonly columns: readonly Column[]
}

/** @param table as it is now; cells are shaped to its fields' present types */
export const toIndexRow = (table: Table, { id, flat }: StoredRecord): IndexRow => ({
  id,
  order: String(flat['~order'] ?? ''),
  deleted: flat['~deleted'] !== undefined,
  columns: table.fields.map((field) => {
    const cell = cellOf(field, flat)
    if (cell === undefined) return null
    if (cell.kind === 'links') return JSON.stringify(cell.to)
    if (cell.kind === 'unfit') return cell.text
    return typeof cell.value === 'boolean' ? Number(cell.value) : cell.value
  }),
})

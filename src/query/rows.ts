import { type Cell, cellsOf } from '../space/cells/cell.ts'
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
export const toIndexRow = (table: Table, { id, flat }: StoredRecord): IndexRow => {
  const cells = cellsOf(table.fields, flat)
  return {
    id,
    order: String(flat['~order'] ?? ''),
    deleted: flat['~deleted'] !== undefined,
    columns: table.fields.map((field) => columnOf(cells.get(field.id))),
  }
}

const columnOf = (cell: Cell | undefined): Column => {
  switch (cell?.kind) {
    case undefined:
      return null
    case 'value':
      return typeof cell.value === 'boolean' ? Number(cell.value) : cell.value
    case 'unfit':
    case 'text':
      return cell.text
    case 'links':
      return JSON.stringify(cell.to)
    case 'options':
      return JSON.stringify(cell.options)
    case 'files':
      return JSON.stringify(cell.files)
    case 'parents':
      return JSON.stringify(cell.parents.map(({ parent, count }) => [parent, count]))
  }
}

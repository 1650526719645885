import type { RecordId } from '../../space/ids.ts'
import type { Table } from '../../space/schema.ts'
import { conflictsIn } from '../index/conflicts.ts'
import type { Column } from '../index/rows.ts'
import { type SpaceIndex, tableName } from '../index/space-index.ts'
import { all } from '../sqlite/sqlite.ts'
import { type Cells, cellsOfRows } from './cells.ts'

/** Maximum number of records that a window finds. */
export const FIND_LIMIT = 500

/** The state of a record that a window was asked to find. */
export interface FoundRow {
  readonly id: RecordId
  /** `absent`: the index does not contain the record (yet). */
  readonly state: 'shown' | 'trashed' | 'absent'
  /** Its position among all rows of the window's table; undefined if the filter excludes it. */
  readonly place: number | undefined
  readonly row: { readonly id: RecordId; readonly cells: Readonly<Cells> } | undefined
}

/** The rows to search. */
interface Among {
  readonly from: string
  readonly where: string
  readonly order: string
  readonly bind: readonly Column[]
}

/**
 * Finds the positions of records in a window's table.
 * @param shown the ids of the window's own rows, which begin at `offset`
 */
export const findRows = (
  index: SpaceIndex,
  table: Table,
  { from, where, order, bind }: Among,
  wanted: readonly RecordId[],
  shown: readonly RecordId[],
  offset: number,
): FoundRow[] => {
  const find = wanted.slice(0, FIND_LIMIT)
  const marks = (ids: readonly RecordId[]) => ids.map(() => '?').join()
  const { database } = index
  const deleted = new Map(
    all(database, `SELECT id, deleted FROM ${tableName(table.id)} WHERE id IN (${marks(find)})`, find).map(([id, trashed]) => [
      id,
      trashed === 1,
    ]),
  )
  const living = find.filter((id) => deleted.get(id) === false)
  const places = new Map(shown.map((id, at) => [id, offset + at]))
  const elsewhere = living.filter((id) => !places.has(id))
  if (elsewhere.length > 0) {
    const sql = `SELECT id, place FROM (SELECT r.id AS id, row_number() OVER (ORDER BY ${order}) AS place FROM ${from} WHERE ${where}) WHERE id IN (${marks(elsewhere)})`
    for (const [id, place] of all(database, sql, [...bind, ...elsewhere])) places.set(id as RecordId, Number(place) - 1)
  }
  const cells = cellsOfRows(index, table, living)
  return find.map((id) => {
    const trashed = deleted.get(id)
    if (trashed !== false) return { id, state: trashed ? 'trashed' : 'absent', place: undefined, row: undefined }
    return { id, state: 'shown', place: places.get(id), row: { id, cells: cells.get(id) ?? {}, ...conflictsIn(index, id) } }
  })
}

import type { FieldId, RecordId, TableId } from '../../space/ids.ts'
import type { Table } from '../../space/schema.ts'
import { QueryError } from '../errors.ts'
import { newCompiling } from '../fields/compiling.ts'
import { labelSql } from '../fields/field-sql.ts'
import { knowOptions } from '../index/options-table.ts'
import { settle } from '../index/settle.ts'
import { type SpaceIndex, tableName, tableOf, treeName } from '../index/space-index.ts'
import { all } from '../sqlite/sqlite.ts'
import { type Cells, cellsOfRows } from './cells.ts'
import { WINDOW_LIMIT } from './read-window.ts'

export interface OutlineRequest {
  readonly table: TableId
  /** A field of the type `tree`. */
  readonly tree: FieldId
  readonly offset: number
  readonly limit: number
  /** Only records below this one; by default the whole tree. */
  readonly under?: RecordId | undefined
  /** Records whose children are left out. */
  readonly collapsed?: readonly RecordId[] | undefined
  /** 0 returns only the children of `under`. */
  readonly depth?: number | undefined
}

export interface OutlineRow {
  readonly id: RecordId
  readonly cells: Readonly<Cells>
  /** 0 for children of `under` or for the top level. */
  readonly depth: number
  readonly children: number
}

export interface Outline {
  readonly total: number
  readonly offset: number
  readonly rows: readonly OutlineRow[]
}

const treeIn = (index: SpaceIndex, tableId: TableId, tree: FieldId): Table => {
  const table = tableOf(index, tableId)
  const field = table?.fields.find(({ id }) => id === tree)
  if (!table || !field)
    throw new QueryError('unknown-field', `There is no field ${JSON.stringify(tree)}: it may be in the trash.`)
  if (field.type !== 'tree' || !index.trees.has(tree)) throw new QueryError('bad-value', `"${field.name}" is not a tree.`)
  return table
}

/** Part of a tree as an outline: each record is followed by its descendants, in sibling order. */
export const readOutline = (index: SpaceIndex, request: OutlineRequest): Outline => {
  settle(index)
  knowOptions(index)
  const table = treeIn(index, request.table, request.tree)
  const [tree, records] = [treeName(request.tree), tableName(table.id)]
  const collapsed = JSON.stringify(request.collapsed ?? [])
  // Depth-first: take the deepest record first, then the lowest order key.
  const walk = `WITH RECURSIVE outline(id, depth, ord) AS (
      SELECT p.id, 0, p.ord FROM ${tree} AS p JOIN ${records} AS r ON r.id = p.id WHERE p.parent = ?1 AND r.deleted = 0
      UNION ALL
      SELECT p.id, outline.depth + 1, p.ord FROM outline JOIN ${tree} AS p ON p.parent = outline.id JOIN ${records} AS r ON r.id = p.id
      WHERE r.deleted = 0 AND outline.depth < ?2 AND outline.id NOT IN (SELECT value FROM json_each(?3))
      ORDER BY 2 DESC, 3, 1
    )`
  const bind = [request.under ?? '', request.depth ?? 1_000_000, collapsed]
  const limit = Math.max(0, Math.min(WINDOW_LIMIT, Math.floor(request.limit)))
  const offset = Math.max(0, Math.floor(request.offset))
  const total = Number(all(index.database, `${walk} SELECT count(*) FROM outline`, bind)[0]?.[0] ?? 0)
  const found = all(
    index.database,
    `${walk} SELECT id, depth, (SELECT count(*) FROM ${tree} AS p JOIN ${records} AS r ON r.id = p.id WHERE p.parent = outline.id AND r.deleted = 0)
     FROM outline LIMIT ${limit} OFFSET ${offset}`,
    bind,
  )
  const cells = cellsOfRows(
    index,
    table,
    found.map(([id]) => id as RecordId),
  )
  const rows = found.map(([id, depth, children]) => ({
    id: id as RecordId,
    cells: cells.get(id as RecordId) ?? {},
    depth: Number(depth),
    children: Number(children),
  }))
  return { total, offset, rows }
}

/** The labels of a record's ancestors, from the top down, and of the record itself. */
export const pathOf = (
  index: SpaceIndex,
  { table: tableId, tree, record }: { readonly table: TableId; readonly tree: FieldId; readonly record: RecordId },
): { readonly id: RecordId; readonly label: string }[] => {
  settle(index)
  knowOptions(index)
  const table = treeIn(index, tableId, tree)
  const sql = `WITH RECURSIVE way(id, up) AS (
      SELECT ?1, 0 UNION ALL SELECT p.parent, way.up + 1 FROM way JOIN ${treeName(tree)} AS p ON p.id = way.id WHERE p.parent <> '')
    SELECT r.id, ${labelSql(newCompiling(index), table, 'r')} FROM way JOIN ${tableName(table.id)} AS r ON r.id = way.id ORDER BY way.up DESC`
  return all(index.database, sql, [record]).map(([id, label]) => ({ id: id as RecordId, label: String(label) }))
}

import type { FieldId, RecordId, TableId, ViewId } from '../../space/ids.ts'
import { primaryOf, type Table } from '../../space/schema.ts'
import { QueryError } from '../errors.ts'
import { type Compiling, newCompiling } from '../fields/compiling.ts'
import { foldedTextSql } from '../fields/field-sql.ts'
import { conflictsIn } from '../index/conflicts.ts'
import { foldLoosely } from '../index/fold.ts'
import { indexFor } from '../index/made-indexes.ts'
import { knowOptions } from '../index/options-table.ts'
import type { Column } from '../index/rows.ts'
import { settle } from '../index/settle.ts'
import { type SpaceIndex, tableName, tableOf } from '../index/space-index.ts'
import { totalOf } from '../index/totals.ts'
import { recordsFound } from '../search/search.ts'
import { countedSql, countingRows } from '../sqlite/counting.ts'
import { guarded } from '../sqlite/guard.ts'
import { all, asNumber } from '../sqlite/sqlite.ts'
import { type Cells, cellsOfRows, reasonOf } from './cells.ts'
import { compileFilter } from './filter.ts'
import type { Compiled } from './filter-operators.ts'
import { type FoundRow, findRows } from './find-rows.ts'
import { type CompiledGroup, compileGroup } from './group.ts'
import { directionOf, orderSql, SAME, type SortBy, type SortKey, sortKeys } from './sort.ts'

export type { Cell } from './cells.ts'
export type { FoundRow } from './find-rows.ts'

export interface WindowRequest {
  readonly table: TableId
  readonly offset: number
  readonly limit: number
  /** Its filter, sort and group apply unless the request has its own. */
  readonly view?: ViewId | undefined
  /** See `docs/formats/query.md`. */
  readonly filter?: unknown
  readonly sort?: SortBy | readonly SortBy[] | undefined
  readonly group?: unknown
  /** Only records that match the search. */
  readonly search?: string | undefined
  readonly deleted?: boolean | undefined
  readonly labelled?: string | undefined
  readonly around?: RecordId | undefined
  /** Records whose positions are returned: at most `FIND_LIMIT`. */
  readonly find?: readonly RecordId[] | undefined
}

export interface Row {
  readonly id: RecordId
  readonly cells: Readonly<Cells>
  /** Fields with concurrent edits: one value is shown, `conflicts` of the engine lists the others. */
  readonly conflicts?: readonly FieldId[]
}

/** Rows with equal group keys, in row order. */
export interface Group {
  /** One key for each field: a text, number or boolean; ids as JSON for links and choices; null for empty. */
  readonly key: readonly (string | number | boolean | null)[]
  readonly count: number
  /** The position of its first row among all rows. */
  readonly offset: number
  /** In the order of the request. */
  readonly aggregates: readonly (string | number | null)[]
}

export interface Window {
  readonly total: number
  readonly offset: number
  readonly rows: readonly Row[]
  /** If the rows are grouped: the first `GROUP_LIMIT` groups. */
  readonly groups?: readonly Group[]
  /** The results of `find`, in its order. */
  readonly found?: readonly FoundRow[]
}

/** Maximum number of rows per window. */
export const WINDOW_LIMIT = 500
export const GROUP_LIMIT = 1_000

/** Time limit of a window in milliseconds. Only formulas can reach it. */
const PATIENCE = 5_000

const EMPTY: Window = { total: 0, offset: 0, rows: [] }

/**
 * Part of a table: filtered, sorted and grouped, with the displayed cells.
 * @param now milliseconds since 1970, for filters relative to today
 * @throws {QueryError}
 */
export const readWindow = (index: SpaceIndex, request: WindowRequest, now = Date.now()): Window => {
  const table = tableOf(index, request.table)
  if (!table || !index.columns.has(table.id)) return EMPTY
  settle(index)
  knowOptions(index)
  const plan = planWindow(index, table, request, now)
  return computed(index, plan, () => {
    const limit = limitOf(request.limit)
    let known: RecordId[] | undefined
    const total = totalOf(index, table.id, plan.counted, plan.bind, plan.own, () => {
      const { scan } = plan
      // Without requested rows nothing is scanned, so nothing would be counted.
      if (scan === undefined || request.around !== undefined || limit === 0)
        return Number(all(index.database, `SELECT count(*) FROM ${plan.from} WHERE ${plan.where}`, plan.bind)[0]?.[0] ?? 0)
      return countingRows(index.sqlite, () => {
        known = idsOf(index, scan, plan.bind, limit, offsetOf(request.offset))
      })
    })
    const offset = request.around === undefined ? offsetOf(request.offset) : offsetAround(index, plan, request.around, limit)
    const ids = known ?? idsOf(index, plan.sql, plan.bind, limit, offset)
    const cells = cellsOfRows(index, table, ids)
    const rows = ids.map((id) => ({ id, cells: cells.get(id) ?? {}, ...conflictsIn(index, id) }))
    return {
      total,
      offset,
      rows,
      ...(plan.group && { groups: groupsOf(index, table, plan, plan.group) }),
      ...(request.find?.length && { found: findRows(index, table, plan, request.find, ids, offset) }),
    }
  })
}

const idsOf = ({ database }: SpaceIndex, sql: string, bind: readonly Column[], limit: number, offset: number): RecordId[] =>
  all(database, `${sql} LIMIT ${limit} OFFSET ${offset}`, bind).map(([id]) => id as RecordId)

const limitOf = (limit: number): number => Math.max(0, Math.min(WINDOW_LIMIT, Math.floor(limit)))
const offsetOf = (offset: number): number => Math.max(0, Math.floor(offset))

/** How a window is read: `sql` selects the ids of its rows, in order. */
export interface WindowPlan {
  readonly sql: string
  /** The same as a full scan, which counts the rows as well. */
  readonly scan: string | undefined
  readonly from: string
  readonly where: string
  /** The condition without hints for the query planner: the key of the cached count. */
  readonly counted: string
  readonly bind: readonly Column[]
  readonly order: string
  readonly keys: readonly SortKey[]
  readonly group: CompiledGroup | undefined
  /** Whether the condition depends only on the row's own columns. */
  readonly own: boolean
}

export const planWindow = (index: SpaceIndex, table: Table, request: WindowRequest, now: number): WindowPlan => {
  const compiling = newCompiling(index)
  const view = request.view === undefined ? undefined : table.views.find(({ id }) => id === request.view)
  if (request.view !== undefined && !view)
    throw new QueryError('unknown-view', `"${table.name}" has no view ${JSON.stringify(request.view)}: it may be in the trash.`)
  const filter = request.filter ?? view?.filter
  const conditions: Compiled[] = [
    ...(filter === undefined || filter === null ? [] : [compileFilter(compiling, table, filter, now)]),
    ...labelled(compiling, table, request.labelled),
    ...found(index, table, request.search),
  ]
  const grouping = request.group ?? view?.group
  const group = grouping === undefined || grouping === null ? undefined : compileGroup(compiling, table, grouping)
  // Different links with the same first label are separate groups, so their rows must not be mixed.
  const grouped = (group?.keys ?? []).flatMap((key) =>
    separates(key.field.type) ? [key, { rank: SAME, by: key.value, descending: key.descending, plain: key.plain }] : [key],
  )
  const keys = [...grouped, ...sortKeys(compiling, table, request.sort ?? view?.sort)]
  const where = [`r.deleted = ${request.deleted ? 1 : 0}`, ...conditions.map(({ sql }) => `(${sql})`)].join(' AND ')
  const name = tableName(table.id)
  const order = orderSql(keys)
  const covered = [...new Set(where.match(/\br\.(?:[fg]_\w+|created\b)/g) ?? [])].map((column) => column.slice(2))
  const needsIndex = (keys.length > 0 && keys.every(({ plain }) => plain)) || (keys.length === 0 && covered.length > 0)
  const fields = new Set(covered.map((column) => column.slice(2)))
  const made = needsIndex && fields.size <= 6 ? indexFor(index, name, indexColumns(keys, covered)) : undefined
  // If every row is read anyway, table order is three times faster than the index of the row order.
  const scanned = made === undefined && (keys.length > 0 || conditions.length > 0) && !/\br\.id IN\b/.test(where)
  const from = `${name} AS r${made === undefined ? '' : ` INDEXED BY ${made}`}`
  // A unary plus keeps SQLite from using an index.
  const unindexed = scanned ? `+${where}` : where
  const select = (condition: string) => `SELECT r.id FROM ${from} WHERE ${condition} ORDER BY ${order}`
  return {
    sql: select(keys.length > 0 ? unindexed : where),
    scan: scanned && keys.length > 0 ? select(countedSql(unindexed)) : undefined,
    from,
    where: unindexed,
    counted: where,
    bind: conditions.flatMap(({ bind }) => bind),
    order,
    keys,
    group,
    own: compiling.tables.size === 0 && !/\b(?:SELECT|changed|changed_by)\b/.test(where),
  }
}

/** Sort keys first, so that rows are read in order; then the filtered columns, so that rows are fetched only if they match. */
const indexColumns = (keys: readonly SortKey[], covered: readonly string[]): string[] => {
  const sorted = keys.flatMap(({ rank, by, descending }) => [rank, `${by}${descending ? ' DESC' : ''}`])
  return ['deleted', ...sorted.map((sql) => sql.replaceAll(/\br\./g, '')), 'ord', 'id', ...covered]
}

const labelled = (compiling: Compiling, table: Table, wanted: string | undefined): Compiled[] => {
  const primary = primaryOf(table)
  const text = wanted?.trim().slice(0, 200)
  if (!text || !primary) return []
  const pattern = `%${foldLoosely(text).replace(/[\\%_]/g, '\\$&')}%`
  return [{ sql: `${foldedTextSql(compiling, primary, 'r')} LIKE ? ESCAPE '\\'`, bind: [pattern] }]
}

const found = (index: SpaceIndex, table: Table, search: string | undefined): Compiled[] =>
  search === undefined || search.trim() === ''
    ? []
    : [{ sql: 'r.id IN (SELECT value FROM json_each(?))', bind: [JSON.stringify(recordsFound(index, table.id, search))] }]

/** Runs a query and reports a failure as an error of the formula. */
const computed = <T>(index: SpaceIndex, { where, order }: WindowPlan, read: () => T): T => {
  // Checking the clock has a cost, and rows in stored order do not need it.
  if (!/[(]/.test(where + order)) return read()
  try {
    return guarded(index, { milliseconds: PATIENCE }, read)
  } catch (error) {
    if (!(error instanceof index.sqlite.SQLite3Error) || !/[(]/.test(where + order)) throw error
    throw new QueryError('bad-formula', `The filter or sort order cannot be computed: ${reasonOf(error)}.`, {
      cause: error,
    })
  }
}

/** One record of a table, or undefined if it does not exist or is in the trash. */
export const readRow = (index: SpaceIndex, tableId: TableId, record: RecordId): Row | undefined => {
  const table = tableOf(index, tableId)
  if (!table || !index.columns.has(table.id)) return undefined
  settle(index)
  knowOptions(index)
  if (all(index.database, `SELECT 1 FROM ${tableName(tableId)} WHERE id = ? AND deleted = 0`, [record]).length === 0)
    return undefined
  return { id: record, cells: cellsOfRows(index, table, [record]).get(record) ?? {}, ...conflictsIn(index, record) }
}

/** The number of records in each table, without the trash. */
export const countRecords = (index: SpaceIndex): Record<TableId, number> => {
  settle(index)
  return Object.fromEntries([...index.columns.keys()].map((table) => [table, totalOf(index, table, 'r.deleted = 0', [], true)]))
}

const offsetAround = (index: SpaceIndex, { from, where, bind, order }: WindowPlan, record: RecordId, limit: number): number => {
  const sql = `SELECT place FROM (SELECT r.id AS id, row_number() OVER (ORDER BY ${order}) AS place FROM ${from} WHERE ${where}) WHERE id = ?`
  const place = Number(all(index.database, sql, [...bind, record])[0]?.[0] ?? 1)
  return Math.max(0, place - 1 - Math.floor(limit / 2))
}

/** Sort keys of groups are computed for one row of each group, because the label of a link is expensive. */
const groupsOf = (
  index: SpaceIndex,
  table: Table,
  { from, where, bind }: WindowPlan,
  { keys, aggregates }: CompiledGroup,
): Group[] => {
  const by = keys.flatMap((key) => (separates(key.field.type) ? [key.value] : [key.rank, key.by]))
  const order = keys.flatMap((key) => {
    const ordered = [key.rank, `${key.by} ${directionOf(key)}`]
    return separates(key.field.type) ? [...ordered, `${key.value} ${directionOf(key)}`] : ordered
  })
  const aggregated = aggregates.map(({ sql }, at) => `${sql} AS aggregate${at}`)
  const columns = [
    'count(*) AS many',
    'min(r.id) AS one',
    ...keys.map(({ value }, at) => `min(${value}) AS key${at}`),
    ...aggregated,
  ]
  const shown = ['many', ...keys.map((_, at) => `key${at}`), ...aggregates.map((_, at) => `aggregate${at}`)]
  const sql = `SELECT ${shown.join()} FROM (SELECT ${columns.join()} FROM ${from} WHERE ${where} GROUP BY ${by.join()}) AS grouped
    JOIN ${tableName(table.id)} AS r ON r.id = grouped.one ORDER BY ${order.join()} LIMIT ${GROUP_LIMIT}`
  let offset = 0
  return all(index.database, sql, bind).map(([count, ...columns]) => {
    const values = columns.map(asNumber)
    const group = {
      key: keys.map(({ field }, at) => (field.type === 'checkbox' ? values[at] === 1 : (values[at] ?? null))),
      count: Number(count),
      offset,
      aggregates: values.slice(keys.length),
    }
    offset += group.count
    return group
  })
}

/** Whether cells with the same first link or choice can belong to different groups. */
const separates = (type: string): boolean => type === 'link' || type === 'choices' || type === 'choice'

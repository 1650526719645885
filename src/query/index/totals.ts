import type { RecordId, TableId } from '../../space/ids.ts'
import { all, type Database } from '../sqlite/sqlite.ts'
import type { Column } from './rows.ts'

/** A cached count. */
export interface Total {
  count: number
  readonly where: string
  readonly bind: readonly Column[]
  /** Whether it depends only on the row's own columns. Such a count is updated incrementally. */
  readonly own: boolean
}

/** The properties of an index that counting needs. */
interface Counted {
  readonly database: Database
  readonly totals: Map<TableId, Map<string, Total>>
}

/** Maximum number of cached counts per table. */
const MOST = 16

/** Up to this many changed rows, counts are updated incrementally. */
const FEW = 200

const countAmong = (index: Counted, table: TableId, { where, bind }: Total, among: string | undefined): number => {
  // CROSS JOIN fetches each record by its key. Otherwise SQLite scans all rows outside the trash.
  const from = among === undefined ? `t_${table} AS r` : `json_each(?) AS among CROSS JOIN t_${table} AS r ON r.id = among.value`
  const sql = `SELECT count(*) FROM ${from} WHERE ${where}`
  return Number(all(index.database, sql, among === undefined ? bind : [among, ...bind])[0]?.[0] ?? 0)
}

/** How many rows, called `r`, meet a condition. The count is cached until a change affects it. */
export const totalOf = (
  index: Counted,
  table: TableId,
  where: string,
  bind: readonly Column[],
  own: boolean,
  count?: () => number,
): number => {
  const known = index.totals.get(table) ?? new Map<string, Total>()
  index.totals.set(table, known)
  const key = JSON.stringify([where, ...bind])
  const found = known.get(key)
  if (found) return found.count
  const total = { count: 0, where, bind, own }
  total.count = count?.() ?? countAmong(index, table, total, undefined)
  known.set(key, total)
  for (const [oldest] of known) {
    if (known.size <= MOST) break
    known.delete(oldest)
  }
  return total.count
}

/** Runs `change`, which adds or removes these records of a table, and updates the cached counts. */
export const followTotals = (index: Counted, table: TableId, records: readonly RecordId[], change: () => void): void => {
  for (const known of index.totals.values()) for (const [key, { own }] of known) if (!own) known.delete(key)
  const totals = [...(index.totals.get(table)?.values() ?? [])]
  if (records.length > FEW) index.totals.delete(table)
  if (records.length > FEW || totals.length === 0) return change()
  const among = JSON.stringify(records)
  const before = totals.map((total) => countAmong(index, table, total, among))
  change()
  for (const [at, total] of totals.entries()) total.count += countAmong(index, table, total, among) - (before[at] ?? 0)
}

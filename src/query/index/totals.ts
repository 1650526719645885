import type { RecordId, TableId } from '../../space/ids.ts'
import { all, type Database } from '../sqlite/sqlite.ts'
import type { Column } from './rows.ts'

/** A count that was asked for. */
export interface Total {
  count: number
  readonly where: string
  readonly bind: readonly Column[]
  /** Whether it depends on nothing but each row's own columns, so that it can follow what is put in. */
  readonly own: boolean
}

/** An index, as far as counting goes. */
interface Counted {
  readonly database: Database
  readonly totals: Map<TableId, Map<string, Total>>
}

/** Counts kept for one table. */
const MOST = 16

/** Rows put in at once up to which counts follow them. */
const FEW = 200

const countAmong = (index: Counted, table: TableId, { where, bind }: Total, among: string | undefined): number => {
  // By its key, a record after the other: or SQLite goes through everything that is not in the trash.
  const from = among === undefined ? `t_${table} AS r` : `json_each(?) AS among CROSS JOIN t_${table} AS r ON r.id = among.value`
  const sql = `SELECT count(*) FROM ${from} WHERE ${where}`
  return Number(all(index.database, sql, among === undefined ? bind : [among, ...bind])[0]?.[0] ?? 0)
}

/** How many rows, called `r`, meet a condition; counted once for as long as nothing changes it. */
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

/** Runs `change`, which puts in or takes out these records of a table, and brings counts up to it. */
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

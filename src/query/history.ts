import type { HistoryPlace } from '../space/history/changes.ts'
import type { FieldId, RecordId, TableId } from '../space/ids.ts'
import type { DocumentPath } from '../space/steps.ts'
import { deviceNumber, type SpaceIndex, tableName } from './index/space-index.ts'
import { all, bulkStatement, run } from './sqlite/sqlite.ts'

/** One document path that a change wrote to. A change of an import has one row, without its records. */
export interface HistoryRow {
  readonly change: string
  /** 16 bytes in hexadecimal: the prefix of the device's actor ids. */
  readonly device: string
  /** Seconds since 1970, as claimed by the author. */
  readonly time: number
  readonly what: string
  /** Records that the author claims to be, as JSON; '' for none. */
  readonly as: string
  readonly did: HistoryPlace['did'] | ''
  readonly place: DocumentPath | undefined
  readonly fields: readonly FieldId[]
}

/** A history row, parsed. */
export interface HistoryEntry extends Omit<HistoryRow, 'as'> {
  readonly as: readonly RecordId[]
}

export interface HistoryQuestion {
  readonly record?: RecordId | undefined
  readonly limit: number
  /** The `next` of the previous page. */
  readonly before?: number | undefined
}

export interface HistoryPage {
  /** Newest first. */
  readonly entries: readonly HistoryEntry[]
  /** The `before` of the next page; undefined on the last page. */
  readonly next: number | undefined
}

/** `place` is empty for a record, which `tab` and `record` name. */
const TABLE = `CREATE TABLE IF NOT EXISTS history (number INTEGER PRIMARY KEY, change TEXT, device TEXT, time REAL, what TEXT, said TEXT,
    did TEXT, place TEXT, tab TEXT, record TEXT, fields TEXT);
  CREATE INDEX IF NOT EXISTS history_record ON history (record, number);
  CREATE INDEX IF NOT EXISTS history_change ON history (change)`

/** Adds changes to the history and updates when and by whom each record was changed last. Skips changes that are known. */
export const putHistory = (index: SpaceIndex, rows: readonly HistoryRow[]): void => {
  const { database, sqlite, columns } = index
  run(database, TABLE)
  const changes = JSON.stringify([...new Set(rows.map(({ change }) => change))])
  const stored = all(database, 'SELECT DISTINCT change FROM history WHERE change IN (SELECT value FROM json_each(?))', [changes])
  const known = new Set(stored.map(([change]) => change))
  run(database, 'BEGIN')
  const insert = bulkStatement(
    sqlite,
    database,
    'INSERT INTO history (change, device, time, what, said, did, place, tab, record, fields) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  try {
    for (const { change, device, time, what, as, did, place, fields } of rows) {
      if (known.has(change)) continue
      const [tab, record] = place?.in === 'record' ? [place.table, place.record] : [null, null]
      const where = place === undefined || place.in === 'record' ? '' : JSON.stringify(place)
      insert.run([change, device, time, what, as, did, where, tab, record, fields.join()])
    }
  } finally {
    insert.finalize()
  }
  // Drop the counts that depend on when and by whom records were changed.
  for (const totals of index.totals.values()) for (const [key, { own }] of totals) if (!own) totals.delete(key)
  const newest = new Map<string, HistoryRow>()
  for (const row of rows) if (row.place?.in === 'record') newest.set(row.place.record, row)
  for (const { place, time, device } of newest.values()) {
    if (place?.in !== 'record' || !columns.has(place.table)) continue
    all(
      database,
      `UPDATE ${tableName(place.table)} SET changed = ?, changed_by = ? WHERE id = ? AND (changed IS NULL OR changed <= ?)`,
      [time, deviceNumber(index, device), place.record, time],
    )
  }
  run(database, 'COMMIT')
}

/** The history of a space or of one record, newest first. */
export const readHistory = ({ database }: SpaceIndex, { record, limit, before }: HistoryQuestion): HistoryPage => {
  run(database, TABLE)
  const sql = `SELECT number, change, device, time, what, said, did, place, tab, record, fields FROM history
    WHERE (?1 IS NULL OR record = ?1) AND (?2 IS NULL OR number < ?2) ORDER BY number DESC LIMIT ?3`
  const rows = all(database, sql, [record ?? null, before ?? null, limit])
  return {
    entries: rows.map(([, change, device, time, what, said, did, place, tab, of, fields]) => ({
      change: String(change),
      device: String(device),
      time: Number(time),
      what: String(what),
      as: said ? (JSON.parse(String(said)) as RecordId[]) : [],
      did: String(did) as HistoryEntry['did'],
      place: of
        ? { in: 'record', table: tab as TableId, record: of as RecordId }
        : place
          ? (JSON.parse(String(place)) as DocumentPath)
          : undefined,
      fields: fields ? (String(fields).split(',') as FieldId[]) : [],
    })),
    next: rows.length < limit ? undefined : Number(rows.at(-1)?.[0]),
  }
}

/** The tables whose rows change when these rows are added. */
export const tablesIn = (rows: readonly HistoryRow[]): Set<TableId> =>
  new Set(rows.flatMap(({ place }) => (place?.in === 'record' ? [place.table] : [])))

import type { FieldId, RecordId, TableId } from '../../space/ids.ts'
import { foldText } from '../../space/lookups.ts'
import { EMPTY_SCHEMA, everyTable, type Field, type Schema, type Table } from '../../space/schema.ts'
import { knowBounded } from '../sqlite/bounded-functions.ts'
import { knowCounting } from '../sqlite/counting.ts'
import { defineNocase } from '../sqlite/nocase.ts'
import { knowPatterns } from '../sqlite/patterns.ts'
import { all, type Database, run, type Sqlite } from '../sqlite/sqlite.ts'
import { knowFolding } from './fold.ts'
import type { Total } from './totals.ts'

/**
 * The query index: a space's records in an in-memory SQLite database, derived from the document.
 *
 * - `t_TABLE`: a row for each record. `deleted` is whether the record is in the trash, by itself or with another record; `marked`
 *   is when it was put there itself; `hidden` is whether an unfinished import hides it. Each stored field has a column `f_FIELD`.
 *   Text fields also have `g_FIELD`, the folded text, set if it differs by more than the case of ASCII letters.
 * - `l_FIELD`: a row for each link, with its attributes; also for links left in a field whose type has changed.
 * - `p_FIELD`: the parent under which a tree shows each record.
 */
export interface SpaceIndex {
  readonly sqlite: Sqlite
  readonly database: Database
  schema: Schema
  /** Columns that exist, by table. */
  readonly columns: Map<TableId, FieldId[]>
  /** Fields that have a folded column, by table. */
  readonly folded: Map<TableId, Set<FieldId>>
  /** Links and trees that have tables of their own. */
  readonly links: Map<FieldId, FieldId[]>
  readonly trees: Set<FieldId>
  /** The number of each device in rows, by its 16 bytes in hexadecimal; see `deviceSql`. */
  readonly devices: Map<string, number>
  /** Cached counts, by table and condition; see `totals.ts`. */
  readonly totals: Map<TableId, Map<string, Total>>
  /** Cells with concurrent edits, by record. */
  readonly conflicts: Map<RecordId, readonly FieldId[]>
  /** What must be computed before the next query; see `settle.ts`. */
  readonly pending: Pending
}

export interface Pending {
  /** Records that may have entered or left the trash: they were marked or unmarked, or their links or parents changed. */
  readonly trash: Map<TableId, Set<RecordId>>
  /** Records whose parents changed, by tree. */
  readonly trees: Map<FieldId, Set<RecordId>>
  /** Children whose parent is not on this device, by tree and parent. */
  readonly orphans: Map<FieldId, Map<RecordId, Set<RecordId>>>
  /** Records to index again before the next search, by table. */
  readonly search: Map<TableId, Set<RecordId>>
  /** Trees in which some record is not shown where it was moved last. */
  readonly tangled: Set<FieldId>
}

export const openIndex = (sqlite: Sqlite): SpaceIndex => indexOver(sqlite, new sqlite.oo1.DB(':memory:'))

export const indexOver = (sqlite: Sqlite, database: Database): SpaceIndex => {
  // Registered first: a restored copy may contain an index on this function.
  database.createFunction(FOLD, (_: unknown, value: unknown) => (value === null ? null : foldText(String(value))), {
    deterministic: true,
  })
  knowFolding(database)
  knowBounded(database)
  knowPatterns(sqlite, database)
  defineNocase(sqlite, database)
  knowCounting(sqlite, database)
  run(
    database,
    `CREATE TABLE IF NOT EXISTS main.tessera_purged (id TEXT PRIMARY KEY) WITHOUT ROWID;
     CREATE TABLE IF NOT EXISTS main.tessera_devices (number INTEGER PRIMARY KEY, device TEXT)`,
  )
  run(database, 'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY')
  return {
    sqlite,
    database,
    schema: EMPTY_SCHEMA,
    columns: new Map(),
    folded: new Map(),
    links: new Map(),
    trees: new Set(),
    devices: new Map(all(database, 'SELECT device, number FROM tessera_devices') as [string, number][]),
    totals: new Map(),
    conflicts: new Map(),
    pending: { trash: new Map(), trees: new Map(), orphans: new Map(), tangled: new Set(), search: new Map() },
  }
}

export const closeIndex = ({ database }: SpaceIndex): void => database.close()

/** The name under which SQLite calls `foldText`. */
export const FOLD = 'tessera_fold'

// Ids are 26 characters of base32 and need no quoting.
export const tableName = (table: TableId): string => `t_${table}`

export const columnName = (field: FieldId): string => `f_${field}`

export const foldedName = (field: FieldId): string => `g_${field}`

export const linkName = (field: FieldId): string => `l_${field}`

export const treeName = (field: FieldId): string => `p_${field}`

/** The device whose number `sql` is, in hexadecimal. */
export const deviceSql = (sql: string): string => `(SELECT device FROM main.tessera_devices WHERE number = ${sql})`

/** The number of a device. Numbers make rows a fifth smaller, and scans accordingly faster. */
export const deviceNumber = ({ database, devices }: SpaceIndex, device: string): number =>
  entryOf(devices, device, () => {
    const number = devices.size + 1
    all(database, 'INSERT INTO tessera_devices VALUES (?, ?)', [number, device])
    return number
  })

export const entryOf = <Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value => {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

/** The table with this id, in the trash or not. */
export const tableOf = ({ schema }: SpaceIndex, id: TableId): Table | undefined =>
  everyTable(schema).find((table) => table.id === id)

/** The field with this id, whatever its table. */
export const fieldOf = ({ schema }: SpaceIndex, id: FieldId): Field | undefined =>
  everyTable(schema)
    .flatMap(({ fields }) => fields)
    .find((field) => field.id === id)

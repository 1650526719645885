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
 * What the interface reads: a space's records in SQLite, in memory, made from the document and thrown away with the worker.
 *
 * - `t_TABLE`: a row for each record. `deleted` is whether it is in the trash, itself or with another; `marked` when it was put
 *   there itself; `hidden` whether an import holds it back. A column `f_FIELD` for each field that is stored; beside that of a
 *   text, `g_FIELD` as filters and sorting compare it, where that differs by more than the case of ASCII letters.
 * - `l_FIELD`: a row for each link, with what is kept with it; also for links left in a field whose type has changed.
 * - `p_FIELD`: the parent each record of a tree is shown under.
 */
export interface SpaceIndex {
  readonly sqlite: Sqlite
  readonly database: Database
  schema: Schema
  /** Columns that exist, by table. */
  readonly columns: Map<TableId, FieldId[]>
  /** Fields that have a column for their text as it is compared, by table. */
  readonly folded: Map<TableId, Set<FieldId>>
  /** Links and trees that have tables of their own. */
  readonly links: Map<FieldId, FieldId[]>
  readonly trees: Set<FieldId>
  /** What stands for a device in rows, by its 16 bytes in hexadecimal; see `deviceSql`. */
  readonly devices: Map<string, number>
  /** Counts that were asked for, by table and condition: see `totals.ts`. */
  readonly totals: Map<TableId, Map<string, Total>>
  /** Cells that were set apart on several devices, by record. */
  readonly conflicts: Map<RecordId, readonly FieldId[]>
  /** What is to be worked out before the next reading: see `settle.ts`. */
  readonly pending: Pending
}

export interface Pending {
  /** Records whose place in the trash may differ: they were marked or unmarked, or their links or parents changed. */
  readonly trash: Map<TableId, Set<RecordId>>
  /** Records whose parents changed, by tree. */
  readonly trees: Map<FieldId, Set<RecordId>>
  /** Children whose parent is not here, by tree and parent. */
  readonly orphans: Map<FieldId, Map<RecordId, Set<RecordId>>>
  /** Records to be read again before the next search, by table. */
  readonly search: Map<TableId, Set<RecordId>>
  /** Trees of which some record is not shown where it was moved last. */
  readonly tangled: Set<FieldId>
}

export const openIndex = (sqlite: Sqlite): SpaceIndex => indexOver(sqlite, new sqlite.oo1.DB(':memory:'))

export const indexOver = (sqlite: Sqlite, database: Database): SpaceIndex => {
  // From the start: an index on what it gives may be in a copy that was kept.
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

// Ids are 26 characters of base32, so they can stand in a name as they are.
export const tableName = (table: TableId): string => `t_${table}`

export const columnName = (field: FieldId): string => `f_${field}`

export const foldedName = (field: FieldId): string => `g_${field}`

export const linkName = (field: FieldId): string => `l_${field}`

export const treeName = (field: FieldId): string => `p_${field}`

/** The device whose number `sql` is, in hexadecimal. */
export const deviceSql = (sql: string): string => `(SELECT device FROM main.tessera_devices WHERE number = ${sql})`

/** A number for a device: rows are a fifth smaller than with the device itself, and looked through so much sooner. */
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

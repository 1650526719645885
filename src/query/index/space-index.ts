import { mayHoldFormerLinks } from '../../space/cells/cell.ts'
import type { FieldId, RecordId, TableId } from '../../space/ids.ts'
import { foldText } from '../../space/lookups.ts'
import { EMPTY_SCHEMA, everyTable, type Field, type FieldType, type Schema, type Table } from '../../space/schema.ts'
import { knowBounded } from '../sqlite/bounded-functions.ts'
import { knowCounting } from '../sqlite/counting.ts'
import { defineNocase } from '../sqlite/nocase.ts'
import { knowPatterns } from '../sqlite/patterns.ts'
import { all, bulkStatement, type Database, run, type Sqlite } from '../sqlite/sqlite.ts'
import { foldedColumn, knowFolding } from './fold.ts'
import { type IndexRow, storedFields } from './rows.ts'
import { followTotals, type Total } from './totals.ts'

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

/** What every row has, but for its devices, whose numbers are this index's alone. */
export const OWN_COLUMNS = ['id', 'ord', 'deleted', 'marked', 'hidden', 'created'] as const

/** Columns that a table ever gets, those of fields that went to the trash among them. */
const COLUMNS = 1_980
/** Columns up to which there is room for texts as they are compared. */
const ROOMY = 1_000

/** Fields that are filtered and sorted by what they say; long texts are seldom, and would stand there twice. */
const FOLDED: ReadonlySet<FieldType> = new Set(['text', 'url', 'email', 'phone', 'colour'])

/** Whether the column `foldedName` says how this field's texts are compared. */
export const isFolded = ({ folded }: SpaceIndex, field: Field): boolean =>
  // The names of linked records change without the row.
  FOLDED.has(field.type) && folded.get(field.table)?.has(field.id) === true && !mayHoldFormerLinks(field)

/** Makes tables and columns for what is new in `schema`; nothing is ever taken away while the index lives. */
export const defineSchema = (index: SpaceIndex, schema: Schema): void => {
  index.schema = schema
  for (const table of everyTable(schema)) defineTable(index, table)
}

const defineTable = (index: SpaceIndex, table: Table): void => {
  const { database, columns, links, trees } = index
  const name = tableName(table.id)
  const known = columns.get(table.id)
  const fields = known ?? []
  const folded = entryOf(index.folded, table.id, () => new Set<FieldId>())
  const count = () => fields.length + folded.size
  const added: string[] = []
  for (const { id } of storedFields(table)) {
    if (fields.includes(id) || count() >= COLUMNS) continue
    added.push(columnName(id))
    fields.push(id)
  }
  for (const { id, type } of storedFields(table)) {
    if (!FOLDED.has(type) || folded.has(id) || count() >= ROOMY) continue
    added.push(foldedName(id))
    folded.add(id)
  }
  // SQLite parses the definitions of all tables again for each column that is added later.
  if (known) for (const column of added) run(database, `ALTER TABLE ${name} ADD COLUMN ${column}`)
  else {
    run(
      database,
      `CREATE TABLE ${name} (id TEXT NOT NULL UNIQUE, ord TEXT NOT NULL, deleted INTEGER NOT NULL, marked REAL, hidden TEXT,
         created REAL, created_by INTEGER, changed REAL, changed_by INTEGER${added.map((column) => `, ${column}`).join('')});
       CREATE INDEX ${name}_ord ON ${name} (deleted, ord, id)`,
    )
  }
  for (const field of storedFields(table)) {
    if (!fields.includes(field.id)) continue
    if (field.type === 'link' || mayHoldFormerLinks(field)) defineLink(database, links, field)
    if (field.type === 'tree' && !trees.has(field.id)) {
      const tree = treeName(field.id)
      run(
        database,
        `CREATE TABLE ${tree} (id TEXT PRIMARY KEY, parent TEXT NOT NULL, ord TEXT NOT NULL) WITHOUT ROWID;
         CREATE INDEX ${tree}_children ON ${tree} (parent, ord, id)`,
      )
      trees.add(field.id)
    }
  }
  columns.set(table.id, fields)
}

const defineLink = (database: Database, links: SpaceIndex['links'], field: Field): void => {
  const name = linkName(field.id)
  const known = links.get(field.id)
  const added = field.attributes.map(({ id }) => id).filter((id) => !known?.includes(id))
  if (known) for (const id of added) run(database, `ALTER TABLE ${name} ADD COLUMN ${columnName(id)}`)
  else {
    run(
      database,
      `CREATE TABLE ${name} (source TEXT NOT NULL, place INTEGER NOT NULL, target TEXT NOT NULL, space TEXT${added.map((id) => `, ${columnName(id)}`).join('')},
         PRIMARY KEY (source, place)) WITHOUT ROWID;
       CREATE INDEX ${name}_target ON ${name} (target, source)`,
    )
  }
  links.set(field.id, [...(known ?? []), ...added])
}

/** Puts records in, in place of what stands under their ids. `rows` follow the stored fields of `table` as `index.schema` has it. */
export const putRows = (index: SpaceIndex, table: Table, rows: readonly IndexRow[]): void => {
  const fields = storedFields(table)
  const known = new Set(index.columns.get(table.id))
  const kept = fields.filter(({ id }) => known.has(id))
  // What was a text once has a column that has to be emptied.
  const folded = fields.flatMap((field, at) => (index.folded.get(table.id)?.has(field.id) ? [{ field, at }] : []))
  const names = [
    ...OWN_COLUMNS,
    'created_by',
    ...kept.map(({ id }) => columnName(id)),
    ...folded.map(({ field }) => foldedName(field.id)),
  ]
  notePending(index, table, fields, rows)
  const statement = bulkStatement(
    index.sqlite,
    index.database,
    `INSERT INTO ${tableName(table.id)} (${names.join()}) VALUES (${names.map(() => '?').join()})
     ON CONFLICT (id) DO UPDATE SET ${names
       .slice(1)
       .map((name) => `${name} = excluded.${name}`)
       .join()}`,
  )
  const put = () => {
    run(index.database, 'BEGIN')
    for (const { id, order, marked, batch, created, by, columns } of rows) {
      // What an import holds back is in neither list: neither there nor in the trash.
      const deleted = batch !== undefined ? 2 : marked !== undefined ? 1 : 0
      statement.run([
        id,
        order,
        deleted,
        marked ?? null,
        batch ?? null,
        created,
        deviceNumber(index, by),
        ...(kept.length === fields.length ? columns : columns.filter((_, at) => known.has(fields[at]?.id as FieldId))),
        ...folded.map(({ field, at }) => (isFolded(index, field) ? foldedColumn(columns[at] ?? null, field.type) : null)),
      ])
    }
    putLinks(index, fields, rows)
    run(index.database, 'COMMIT')
  }
  try {
    followTotals(
      index,
      table.id,
      rows.map(({ id }) => id),
      put,
    )
  } finally {
    statement.finalize()
  }
}

const putLinks = (index: SpaceIndex, fields: readonly Field[], rows: readonly IndexRow[]): void => {
  for (const field of fields) {
    if (field.type !== 'link' && !index.links.has(field.id)) continue
    const name = linkName(field.id)
    const linked = rows.flatMap(({ id, links }) => links.filter((link) => link.field === field.id).map((link) => ({ id, link })))
    forget(
      index,
      name,
      'source',
      rows.map(({ id }) => id),
    )
    if (linked.length === 0) continue
    const names = ['source', 'place', 'target', 'space', ...field.attributes.map(({ id }) => columnName(id))]
    const statement = bulkStatement(
      index.sqlite,
      index.database,
      `INSERT INTO ${name} (${names.join()}) VALUES (${names.map(() => '?').join()})`,
    )
    try {
      for (const { id, link } of linked) statement.run([id, link.place, link.to, link.space ?? null, ...link.attributes])
    } finally {
      statement.finalize()
    }
  }
}

/** Deletes the rows whose `column` is one of `ids`; a table that holds none costs next to nothing. */
const forget = ({ database }: SpaceIndex, table: string, column: string, ids: readonly RecordId[]): void => {
  if (all(database, `SELECT 1 FROM ${table} LIMIT 1`).length === 0) return
  all(database, `DELETE FROM ${table} WHERE ${column} IN (SELECT value FROM json_each(?))`, [JSON.stringify(ids)])
}

/** Notes what these rows may change of trees and of the trash, where the schema has anything that makes it so. */
const notePending = (index: SpaceIndex, table: Table, fields: readonly Field[], rows: readonly IndexRow[]): void => {
  const { pending } = index
  const searched = entryOf(pending.search, table.id, () => new Set<RecordId>())
  for (const { id } of rows) searched.add(id)
  for (const field of fields) {
    if (field.type !== 'tree') continue
    const changed = entryOf(pending.trees, field.id, () => new Set<RecordId>())
    const orphans = pending.orphans.get(field.id)
    for (const { id } of rows) {
      changed.add(id)
      for (const child of orphans?.get(id) ?? []) changed.add(child)
      orphans?.delete(id)
    }
  }
  if (!takesAlong(index.schema)) return
  const trash = entryOf(pending.trash, table.id, () => new Set<RecordId>())
  for (const { id } of rows) trash.add(id)
}

export const entryOf = <Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value => {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

/** Whether anything goes to the trash with something else in this space. */
export const takesAlong = (schema: Schema): boolean =>
  everyTable(schema).some(({ fields }) =>
    fields.some(({ type, settings }) => type === 'tree' || (type === 'link' && settings.onDelete === 'cascade')),
  )

/** Takes records out: purged ones, or all of a table. */
export const removeRows = (index: SpaceIndex, table: TableId, records: readonly RecordId[] | 'all'): void => {
  if (!index.columns.has(table)) return
  const fields = tableOf(index, table)?.fields ?? []
  const owned = fields.filter(({ id }) => index.links.has(id)).map(({ id }) => [linkName(id), 'source'] as const)
  const trees = fields.filter(({ id }) => index.trees.has(id))
  if (records === 'all') {
    index.totals.clear()
    for (const [name] of [[tableName(table)], ...owned, ...trees.map(({ id }) => [treeName(id)] as const)])
      run(index.database, `DELETE FROM ${name}`)
    return
  }
  noteRemoved(index, table, trees, records)
  const searched = entryOf(index.pending.search, table, () => new Set<RecordId>())
  for (const id of records) searched.add(id)
  all(index.database, 'INSERT OR IGNORE INTO tessera_purged SELECT value FROM json_each(?)', [JSON.stringify(records)])
  followTotals(index, table, records, () => {
    for (const [name, column] of [[tableName(table), 'id'] as const, ...owned]) forget(index, name, column, records)
  })
  for (const { id } of trees) forget(index, treeName(id), 'id', records)
}

/** What stood below a record that is gone, or hung on it, is looked at again. */
const noteRemoved = (index: SpaceIndex, table: TableId, trees: readonly Field[], records: readonly RecordId[]): void => {
  const ids = JSON.stringify(records)
  const idsOf = (sql: string) => all(index.database, sql, [ids]).map(([id]) => id as RecordId)
  for (const { id } of trees) {
    const changed = entryOf(index.pending.trees, id, () => new Set<RecordId>())
    for (const child of idsOf(`SELECT id FROM ${treeName(id)} WHERE parent IN (SELECT value FROM json_each(?))`))
      changed.add(child)
  }
  if (!takesAlong(index.schema)) return
  for (const each of everyTable(index.schema)) {
    const trash = entryOf(index.pending.trash, each.id, () => new Set<RecordId>())
    for (const field of each.fields) {
      if (field.type !== 'link' || field.target !== table || !index.links.has(field.id)) continue
      for (const source of idsOf(`SELECT source FROM ${linkName(field.id)} WHERE target IN (SELECT value FROM json_each(?))`))
        trash.add(source)
    }
    if (each.id === table)
      for (const field of trees) for (const child of index.pending.trees.get(field.id) ?? []) trash.add(child)
  }
}

/** The table with this id, in the trash or not. */
export const tableOf = ({ schema }: SpaceIndex, id: TableId): Table | undefined =>
  everyTable(schema).find((table) => table.id === id)

/** The field with this id, whatever its table. */
export const fieldOf = ({ schema }: SpaceIndex, id: FieldId): Field | undefined =>
  everyTable(schema)
    .flatMap(({ fields }) => fields)
    .find((field) => field.id === id)

import type { FieldId, RecordId, TableId } from '../space/ids.ts'
import { EMPTY_SCHEMA, everyTable, type Field, type Schema, type Table } from '../space/schema.ts'
import type { IndexRow } from './rows.ts'
import { all, bulkStatement, type Database, run, type Sqlite } from './sqlite.ts'

/**
 * What the interface reads: a space's records in SQLite, in memory, made from the document and thrown away with the worker.
 * One SQL table for each table.
 */
export interface SpaceIndex {
  readonly database: Database
  schema: Schema
  /** Columns that exist, by table. */
  readonly columns: Map<TableId, FieldId[]>
  /** Counts that were asked for, by table and condition, until the table changes. */
  readonly totals: Map<TableId, Map<string, number>>
}

export const openIndex = (sqlite: Sqlite): SpaceIndex => {
  const database = new sqlite.oo1.DB(':memory:')
  run(database, 'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY')
  return { database, schema: EMPTY_SCHEMA, columns: new Map(), totals: new Map() }
}

export const closeIndex = ({ database }: SpaceIndex): void => database.close()

// Ids are 26 characters of base32, so they can stand in a name as they are.
export const tableName = (table: TableId): string => `t_${table}`
export const columnName = (field: FieldId): string => `f_${field}`

/** Makes tables and columns for what is new in `schema`; nothing is ever taken away while the index lives. */
export const defineSchema = (index: SpaceIndex, schema: Schema): void => {
  index.schema = schema
  for (const table of everyTable(schema)) defineTable(index, table)
}

const defineTable = ({ database, columns }: SpaceIndex, table: Table): void => {
  const name = tableName(table.id)
  const known = columns.get(table.id)
  if (!known) {
    run(
      database,
      `CREATE TABLE ${name} (id TEXT PRIMARY KEY, ord TEXT NOT NULL, deleted INTEGER NOT NULL) WITHOUT ROWID;
       CREATE INDEX ${name}_ord ON ${name} (deleted, ord, id)`,
    )
  }
  const fields = known ?? []
  for (const { id } of table.fields) {
    if (fields.includes(id)) continue
    run(database, `ALTER TABLE ${name} ADD COLUMN ${columnName(id)}`)
    fields.push(id)
  }
  columns.set(table.id, fields)
}

/** Puts records in, in place of what stands under their ids. `rows` follow the fields of `table` as `index.schema` has it. */
export const putRows = (sqlite: Sqlite, index: SpaceIndex, table: Table, rows: readonly IndexRow[]): void => {
  const names = ['id', 'ord', 'deleted', ...table.fields.map(({ id }) => columnName(id))]
  const statement = bulkStatement(
    sqlite,
    index.database,
    `INSERT INTO ${tableName(table.id)} (${names.join()}) VALUES (${names.map(() => '?').join()})
     ON CONFLICT (id) DO UPDATE SET ${names
       .slice(1)
       .map((name) => `${name} = excluded.${name}`)
       .join()}`,
  )
  index.totals.delete(table.id)
  try {
    run(index.database, 'BEGIN')
    for (const { id, order, deleted, columns } of rows) statement.run([id, order, Number(deleted), ...columns])
    run(index.database, 'COMMIT')
  } finally {
    statement.finalize()
  }
}

/** Takes records out: purged ones, or all of a table. */
export const removeRows = (index: SpaceIndex, table: TableId, records: readonly RecordId[] | 'all'): void => {
  if (!index.columns.has(table)) return
  index.totals.delete(table)
  if (records === 'all') run(index.database, `DELETE FROM ${tableName(table)}`)
  else
    all(index.database, `DELETE FROM ${tableName(table)} WHERE id IN (SELECT value FROM json_each(?))`, [JSON.stringify(records)])
}

/** The table with this id, in the trash or not. */
export const tableOf = ({ schema }: SpaceIndex, id: TableId): Table | undefined =>
  everyTable(schema).find((table) => table.id === id)

/** The field that names a record. */
export const primaryOf = (table: Table): Field | undefined => table.fields[0]

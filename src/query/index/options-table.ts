import { everyTable, type Schema } from '../../space/schema.ts'
import { all, type Database, run } from '../sqlite/sqlite.ts'
import type { SpaceIndex } from './space-index.ts'

/** The names of options, for statements that display them: `temp.tessera_options (id, name, place)`. */
export const OPTIONS = 'temp.tessera_options'

const shown = new WeakMap<Database, Schema>()

/** Updates the table of options to the current schema. */
export const knowOptions = ({ database, schema }: SpaceIndex): void => {
  if (shown.get(database) === schema) return
  run(
    database,
    `CREATE TABLE IF NOT EXISTS ${OPTIONS} (id TEXT PRIMARY KEY, name TEXT, place INTEGER) WITHOUT ROWID; DELETE FROM ${OPTIONS}`,
  )
  const fields = everyTable(schema).flatMap((table) => table.fields.flatMap((field) => [field, ...field.attributes]))
  const rows = fields.flatMap(({ options }) => options.map(({ id, name }, place) => [id, name, place]))
  all(database, `INSERT OR IGNORE INTO ${OPTIONS} SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)`, [
    JSON.stringify(rows),
  ])
  shown.set(database, schema)
}

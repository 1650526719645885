import type { Database, Sqlite3Static } from '@sqlite.org/sqlite-wasm'
import type { Scalar } from '../../space/value.ts'
import { type ExportedField, type ExportedSpace, type ExportedTable, flatValue } from '../exported.ts'

/**
 * A database file with one table per table, with readable cells and `_id`. Each link and tree has a table `Table → Field` with
 * `_from`, `_to`, the links' order, and their attributes.
 */
export const exportSqlite = (sqlite: Sqlite3Static, { tables }: ExportedSpace): Uint8Array => {
  const database = new sqlite.oo1.DB(':memory:')
  try {
    database.exec('BEGIN')
    const taken = new Set<string>()
    for (const table of tables) writeTable(database, table, taken)
    for (const table of tables) for (const field of table.fields) writeLinks(database, table, field, taken)
    database.exec('COMMIT')
    return sqlite.capi.sqlite3_js_db_export(database)
  } finally {
    database.close()
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""').replaceAll('\0', '')}"`

/** SQLite reserves names with this prefix. */
const freeName = (wanted: string, taken: Set<string>): string => {
  const plain = /^sqlite_/i.test(wanted) ? `_${wanted}` : wanted
  let name = plain
  for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${plain} (${number})`
  taken.add(name.toLowerCase())
  return name
}

const insert = (database: Database, table: string, rows: readonly (readonly (Scalar | null)[])[]): void => {
  const [first] = rows
  if (!first) return
  const statement = database.prepare(`INSERT INTO ${quoted(table)} VALUES (${first.map(() => '?').join()})`)
  try {
    for (const row of rows) statement.bind(row.map((cell) => (typeof cell === 'boolean' ? Number(cell) : cell))).stepReset()
  } finally {
    statement.finalize()
  }
}

const writeTable = (database: Database, { key, fields, records }: ExportedTable, taken: Set<string>): void => {
  const name = freeName(key, taken)
  const columns = fields.map((field) => `, ${quoted(field.key)}`).join('')
  database.exec(`CREATE TABLE ${quoted(name)} (_id TEXT PRIMARY KEY${columns})`)
  insert(
    database,
    name,
    records.map(({ id, values }) => [id, ...fields.map((field) => flatValue(values[field.key]))]),
  )
}

const writeLinks = (database: Database, table: ExportedTable, { key, field }: ExportedField, taken: Set<string>): void => {
  if (field.type !== 'link' && field.type !== 'tree') return
  const name = freeName(`${table.key} → ${key}`, taken)
  const used = new Set(['_from', '_to', '_place'])
  const attributes = field.attributes.map((attribute) => ({ name: attribute.name, column: freeName(attribute.name, used) }))
  const columns = ['_from TEXT', '_place INTEGER', '_to TEXT', ...attributes.map(({ column }) => quoted(column))]
  database.exec(`CREATE TABLE ${quoted(name)} (${columns.join()}, PRIMARY KEY (_from, _place))`)
  const rows = table.records.flatMap(({ id, values }): (Scalar | null)[][] => {
    const value = values[key]
    if (value?.kind === 'parent') return [[id, 0, value.parent.id]]
    if (value?.kind !== 'links') return []
    return value.links.map((link, place) => [id, place, link.id, ...attributes.map((each) => link.with?.[each.name] ?? null)])
  })
  insert(database, name, rows)
}

import { randomBytes, toHex } from '../../bytes/encoding.ts'
import type { FieldId } from '../../space/ids.ts'
import { COMPUTED_TYPES, type Field, type Schema, type Table } from '../../space/schema.ts'
import { QueryError } from '../errors.ts'
import { newCompiling } from '../fields/compiling.ts'
import { type Kind, kindOf } from '../fields/field-kinds.ts'
import { labelSql, shownRecords, shownSql } from '../fields/field-sql.ts'
import { knowOptions } from '../index/options-table.ts'
import { columnName, type SpaceIndex, tableName } from '../index/space-index.ts'
import { all, type Database, run } from '../sqlite/sqlite.ts'

/** The views, and the unguessable internal names behind them. Only those internal names may read the index. */
export interface SqlViews {
  readonly schema: Schema
  readonly shown: ReadonlySet<string>
  readonly hidden: ReadonlySet<string>
}

const made = new WeakMap<Database, SqlViews>()

/** Creates views with the names that people gave to tables and links. They are created again when the schema changes. */
export const sqlViews = (index: SpaceIndex): SqlViews => {
  const { database, schema } = index
  knowOptions(index)
  const known = made.get(database)
  if (known?.schema === schema) return known
  if (known) for (const name of [...known.shown, ...known.hidden]) run(database, `DROP VIEW IF EXISTS temp.${quoted(name)}`)
  const taken = new Set<string>()
  const views = { schema, shown: new Set<string>(), hidden: new Set<string>() }
  const secret = `tessera_${toHex(randomBytes(16))}`
  const make = (wanted: string, select: string) => {
    const hidden = `${secret}_${views.hidden.size}`
    const name = freeName(isBuiltIn(database, wanted.trim()) ? `_${wanted.trim()}` : wanted, taken)
    run(
      database,
      `CREATE TEMP VIEW ${quoted(hidden)} AS ${select}; CREATE TEMP VIEW ${quoted(name)} AS SELECT * FROM temp.${quoted(hidden)}`,
    )
    views.hidden.add(hidden)
    views.shown.add(name)
  }
  for (const table of schema.tables) if (index.columns.has(table.id)) make(table.name, readable(index, table))
  for (const table of schema.tables) {
    for (const field of table.fields) {
      const select = linkSelect(index, table, field)
      if (select !== undefined) make(`${table.name} → ${field.name}`, select)
    }
  }
  made.set(database, views)
  return views
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Whether SQLite has a built-in table of this name, such as `json_each`, which a view of that name would shadow. */
const isBuiltIn = (database: Database, name: string): boolean => {
  try {
    database.prepare(`SELECT 1 FROM main.${quoted(name.replaceAll('\0', ''))}`).finalize()
    return true
  } catch (error) {
    return !String(error).includes('no such table')
  }
}

/** Names used by the index itself, which a view would shadow. */
export const RESERVED = /^(?:sqlite|tessera|history)_|^[a-z]+_[a-z2-7]{26}|^(?:history|beside)$/i

/** `wanted`, with a number appended if the name is taken (ignoring case). NUL is removed because it would end the statement. */
const freeName = (wanted: string, taken: Set<string>): string => {
  const plain = wanted.replaceAll('\0', '␀').trim() || 'Unnamed'
  const allowed = RESERVED.test(plain) ? `_${plain}` : plain
  let name = allowed
  for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${allowed} (${number})`
  taken.add(name.toLowerCase())
  return name
}

/** Columns per view; SQLite allows 2,000. */
const COLUMNS = 1_900

/** The view of a table. Computed fields are left out if SQLite rejects the statement with all of them. */
const readable = (index: SpaceIndex, table: Table): string => {
  const whole = tableSelect(index, table)
  if (!table.fields.some(({ type }) => COMPUTED_TYPES.has(type))) return whole
  try {
    index.database.prepare(whole).finalize()
    return whole
  } catch (error) {
    if (!(error instanceof index.sqlite.SQLite3Error)) throw error
    return tableSelect(index, { ...table, fields: table.fields.filter(({ type }) => !COMPUTED_TYPES.has(type)) })
  }
}

const tableSelect = (index: SpaceIndex, table: Table): string => {
  const taken = new Set(['_id'])
  const columns = table.fields
    .slice(0, COLUMNS)
    .map((field) => `${columnSql(index, field)} AS ${quoted(freeName(field.name, taken))}`)
  return `SELECT r.id AS _id${columns.map((column) => `, ${column}`).join('')} FROM main.${tableName(table.id)} AS r WHERE r.deleted = 0`
}

/** Numeric kinds. They are converted to REAL, because SQLite divides integers without a fraction. */
const NUMBERS: ReadonlySet<Kind> = new Set(['number', 'checkbox', 'any'])

const asReal = (sql: string): string => `iif(typeof(${sql}) = 'integer', CAST(${sql} AS REAL), ${sql})`

/** A formula that cannot be computed gives an empty column. */
const columnSql = (index: SpaceIndex, field: Field): string => {
  try {
    const shown = shownSql(newCompiling(index), field, 'r')
    return NUMBERS.has(kindOf({ index }, field)) && field.type !== 'auto-number' ? asReal(shown) : shown
  } catch (error) {
    if (error instanceof QueryError) return 'NULL'
    throw error
  }
}

/** A row for each visible link: source, target, their labels, and the link's attributes. */
const linkSelect = (index: SpaceIndex, table: Table, field: Field): string | undefined => {
  if (field.type !== 'link' || !index.columns.has(table.id)) return undefined
  const compiling = newCompiling(index)
  const shown = shownRecords(compiling, field, 'r')
  if (!shown) return undefined
  const taken = new Set(['_from', '_to', 'from', 'to'])
  const attributes = field.settings.inverse === undefined ? attributeColumns(index, field, taken) : []
  const columns = [
    'r.id AS _from',
    `${shown.record}.id AS _to`,
    `${labelSql(newCompiling(index), table, 'r')} AS "From"`,
    `${labelSql(compiling, shown.table, shown.record)} AS "To"`,
    ...attributes.map(([id, name]) => `${asReal(`a1.${columnName(id)}`)} AS ${quoted(name)}`),
  ]
  const [from = '', where = ''] = splitAt(shown.from, ' WHERE ')
  return `SELECT ${columns.join()} FROM main.${tableName(table.id)} AS r CROSS JOIN ${from} WHERE ${where} AND r.deleted = 0`
}

const attributeColumns = (index: SpaceIndex, field: Field, taken: Set<string>): [FieldId, string][] =>
  field.attributes.filter(({ id }) => index.links.get(field.id)?.includes(id)).map(({ id, name }) => [id, freeName(name, taken)])

const splitAt = (text: string, separator: string): string[] => {
  const at = text.indexOf(separator)
  return [text.slice(0, at), text.slice(at + separator.length)]
}

/** The views with their columns, for the editor of statements. */
export const sqlTables = (index: SpaceIndex): { readonly name: string; readonly columns: readonly string[] }[] =>
  [...sqlViews(index).shown].map((name) => ({
    name,
    columns: all(index.database, `SELECT name FROM pragma_table_info(?)`, [name]).map(([column]) => String(column)),
  }))

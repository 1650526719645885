import { beforeAll, describe, expect, it } from 'vitest'
import { type FieldId, newId, newIds, type RecordId, type TableId } from '../../space/ids.ts'
import { EMPTY_SCHEMA, type Field, type Table } from '../../space/schema.ts'
import { defineSchema } from '../index/define-schema.ts'
import { putRows } from '../index/put-rows.ts'
import { storedFields } from '../index/rows.ts'
import { closeIndex, openIndex } from '../index/space-index.ts'
import { search } from '../search/search.ts'
import { loadSqlite, type Sqlite } from '../sqlite/sqlite.ts'
import { readWindow } from '../windows/read-window.ts'
import { runSql } from './run-sql.ts'

let sqlite: Sqlite
beforeAll(async () => {
  sqlite = await loadSqlite()
})

const STRANGE = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'a\0b',
  '👩‍👩‍👧',
  'שלום',
  '"',
  "'; DROP TABLE x; --",
  'x'.repeat(200),
  '_id',
  '\u{10FFFF}',
]

const fieldOf = (table: TableId, name: string): Field => ({
  id: newId<FieldId>(),
  table,
  name,
  type: 'text',
  description: '',
  required: false,
  unique: false,
  options: [],
  many: false,
  settings: {},
  attributes: [],
})

/** A table as a hostile document may define it, with any number of fields. */
const tableOf = (count: number): Table => {
  const id = newId<TableId>()
  const fields = Array.from({ length: count }, (_, at) => fieldOf(id, STRANGE[at % STRANGE.length] ?? ''))
  return { id, name: '__proto__', icon: '', primary: undefined, fields, views: [], batches: {} }
}

describe('an index beyond the limits', () => {
  it('accepts 5,000 fields with any name and omits those that exceed the column limit', { timeout: 60_000 }, () => {
    const index = openIndex(sqlite)
    const table = tableOf(5_000)
    defineSchema(index, { ...EMPTY_SCHEMA, tables: [table] })
    const fields = storedFields(table)
    const [record] = newIds<RecordId>(1) as [RecordId]
    const columns = fields.map((_, at) => STRANGE[at % STRANGE.length] || 'text')
    const row = {
      id: record,
      order: 'a',
      marked: undefined,
      by: 'ab'.repeat(16),
      created: 1,
      batch: undefined,
      columns,
      links: [],
    }
    putRows(index, table, [row])
    const [shown] = readWindow(index, { table: table.id, offset: 0, limit: 1, sort: { field: fields[7]?.id as FieldId } }).rows
    expect(Object.keys(shown?.cells ?? {})).toHaveLength(fields.length)
    expect(shown?.cells[fields[4]?.id as FieldId]).toEqual({ kind: 'value', value: 'a\0b' })
    expect(shown?.cells[fields[11]?.id as FieldId]).toEqual({ kind: 'value', value: '\u{10FFFF}' })
    expect(runSql(index, 'SELECT count(*) FROM "__proto__"', { rows: 1, milliseconds: 2_000 }).rows).toEqual([[1]])
    expect(search(index, 'שלום')).toHaveLength(1)
    // Add further fields until no column is left.
    const later = { ...table, fields: tableOf(500).fields.map((field) => ({ ...field, table: table.id })) }
    defineSchema(index, { ...EMPTY_SCHEMA, tables: [later] })
    putRows(index, later, [{ ...row, columns: storedFields(later).map(() => 'later') }])
    expect(Object.keys(readWindow(index, { table: table.id, offset: 0, limit: 1 }).rows[0]?.cells ?? {})).toHaveLength(80)
    closeIndex(index)
  })

  it('shows two tables with fields of the same name', () => {
    const index = openIndex(sqlite)
    const one = tableOf(2)
    const id = newId<TableId>()
    const other = { ...one, id, fields: one.fields.map((field) => ({ ...field, table: id })) }
    defineSchema(index, { ...EMPTY_SCHEMA, tables: [one, other] })
    for (const table of [one, other]) {
      const row = { id: newId<RecordId>(), order: 'a', marked: undefined, by: 'ab', created: 1, batch: undefined, links: [] }
      putRows(index, table, [{ ...row, columns: ['Éowyn', null] }])
      const filter = { field: table.fields[0]?.id, op: 'is', value: 'eowyn' }
      expect(readWindow(index, { table: table.id, offset: 0, limit: 1, filter }).total).toBe(1)
    }
    closeIndex(index)
  })
})

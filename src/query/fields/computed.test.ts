import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { propertyRuns, propertyTime } from '../../../test/support/property-runs.ts'
import type { FieldInput } from '../../space/edits/edits.ts'
import { type FieldId, newId, type RecordId, type TableId } from '../../space/ids.ts'
import type { Rollup, Schema } from '../../space/schema.ts'
import { QueryError } from '../errors.ts'
import { defineSchema } from '../index/define-schema.ts'
import { search } from '../search/search.ts'
import { runSql } from '../sql/run-sql.ts'
import { all, loadSqlite, type Sqlite } from '../sqlite/sqlite.ts'
import { followedSpace } from '../testing/follow.ts'
import type { Cell } from '../windows/cells.ts'
import { readRow, readWindow } from '../windows/read-window.ts'
import { compileFormula } from './formula.ts'

let sqlite: Sqlite
beforeAll(async () => {
  sqlite = await loadSqlite()
})

/** Creates a table with a price, a count and further fields; returns the cells of its first record by field name. */
const things = (fields: readonly FieldInput[], values: Record<string, string | number | boolean> = { Price: 2.5, Count: 4 }) => {
  const table = newId<TableId>()
  const record = newId<RecordId>()
  const followed = followedSpace(
    sqlite,
    {
      do: 'create-table',
      id: table,
      name: 'Things',
      fields: [
        { name: 'Name', type: 'text' },
        { name: 'Price', type: 'number' },
        { name: 'Count', type: 'number' },
        { name: 'Bought', type: 'date' },
        { name: 'Done', type: 'checkbox' },
        ...fields.map((field) => (field.type === 'formula' ? { ...field, expression: '1' } : field)),
      ],
    },
    { do: 'create-record', id: record, table, values: { Name: 'Mug', ...values } },
  )
  // Write directly to the schema, as a hostile device could.
  const { index, space } = followed
  const expressions = new Map(fields.map(({ name, expression }) => [name, expression]))
  const schema: Schema = {
    ...space.schema,
    tables: space.schema.tables.map((each) => ({
      ...each,
      fields: each.fields.map((field) => {
        const expression = expressions.get(field.name)
        return expression === undefined ? field : { ...field, settings: { ...field.settings, expression } }
      }),
    })),
  }
  defineSchema(index, schema)
  const cells = (): Record<string, Cell | undefined> => {
    const [row] = readWindow(index, { table, offset: 0, limit: 1 }).rows
    return Object.fromEntries(schema.tables.flatMap((each) => each.fields.map(({ id, name }) => [name, row?.cells[id]])))
  }
  return { ...followed, table, record, cells, schema }
}

const formula = (expression: string) => things([{ name: 'F', type: 'formula', expression }])

describe('formulas', () => {
  it('are expressions over the fields of a record', { timeout: propertyTime(60_000) }, () => {
    const worked: [string, string | number | undefined][] = [
      ['{Price} * {Count}', 10],
      ['{price} * {COUNT}', 10],
      ["upper({Name}) || ' ' || format('%g', round({Price}))", 'MUG 3'],
      ["CASE WHEN {Count} > 3 THEN 'many' ELSE 'few' END", 'many'],
      ['max({Price}, {Count}, 1)', 4],
      ["iif({Done}, 'yes', 'no')", 'no'],
      ["coalesce({Bought}, 'never')", 'never'],
      ["{Name} LIKE 'm%' AND {Count} IN (1, 4)", 1],
      ['{Count} / 0', undefined],
      ['3 - {Count} / 8', 2.5],
      ['10 / {Count} / 2', 1.25],
      ["{Count} || ' mugs'", '4 mugs'],
      ["'it''s {Name}'", "it's {Name}"],
      ["trim('xxaxx', 'x') || instr('日本', '本') || replace('aba', 'a', 'cc')", 'a2ccbcc'],
      ["date('2026-01-31', '+1 day')", '2026-02-01'],
    ]
    for (const [expression, value] of worked)
      expect(formula(expression).cells().F, expression).toEqual(value === undefined ? undefined : { kind: 'value', value })
  })

  it('cannot start a comment or a statement', () => {
    expect(formula('1 // 2').cells().F).toMatchObject({ kind: 'unfit' })
    const hidden = "1 // '*/ + 1) FROM (SELECT 1 AS id) AS r; CREATE TABLE main.taken (x); /*'"
    const { cells, index } = things([
      { name: 'F', type: 'formula', expression: hidden },
      { name: 'G', type: 'formula', expression: '{F}' },
    ])
    expect(cells()).toMatchObject({ F: { kind: 'unfit' }, G: { kind: 'unfit' } })
    expect(all(index.database, "SELECT name FROM main.sqlite_schema WHERE name = 'taken'")).toEqual([])
    const tokens = ['/', '*', '-', '+', ' ', '%', '1', "'x'", '{a}', '(', ')', '|', '<', '\n', ';']
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...tokens), { minLength: 1, maxLength: 8 }), (parts) => {
        let sql = ''
        try {
          sql = compileFormula(parts.join(''), () => 'c')
        } catch (error) {
          if (!(error instanceof QueryError)) throw error
        }
        expect(sql).not.toMatch(/--|\/\*|;/)
      }),
      { numRuns: propertyRuns(2_000) },
    )
  })

  it('return numbers of any size, in groups and in cells', () => {
    const { index, schema } = things([{ name: 'F', type: 'formula', expression: '2147483647 * 2147483647' }])
    const [table] = schema.tables
    const field = table?.fields.find(({ name }) => name === 'F')?.id as FieldId
    const group = { by: [{ field }], aggregates: [{ field, aggregate: 'max' }] }
    const { groups } = readWindow(index, { table: table?.id as TableId, offset: 0, limit: 1, group })
    expect(groups).toMatchObject([{ key: [2147483647 ** 2], aggregates: [2147483647 ** 2] }])
  })

  it('may refer to each other by name or id, but not to themselves', () => {
    const { cells } = things([
      { name: 'Sum', type: 'formula', expression: '{Price} * {Count}' },
      { name: 'Twice', type: 'formula', expression: '{Sum} * 2' },
      { name: 'A', type: 'formula', expression: '{B} + 1' },
      { name: 'B', type: 'formula', expression: '{A} + 1' },
    ])
    expect(cells()).toMatchObject({
      Twice: { kind: 'value', value: 20 },
      A: { kind: 'unfit', text: expect.stringContaining('"A" → "B" → "A"') },
      Price: { kind: 'value', value: 2.5 },
    })
  })

  it('are rejected if they double in size with every step', () => {
    const chain = Array.from({ length: 40 }, (_, at) => ({
      name: `F${at + 1}`,
      type: 'formula' as const,
      expression: at === 0 ? '{Price}' : `{F${at}} + {F${at}}`,
    }))
    const { cells } = things(chain)
    expect(cells().F5).toEqual({ kind: 'value', value: 40 })
    expect(cells().F40).toMatchObject({ kind: 'unfit' })
    expect(cells().Price).toEqual({ kind: 'value', value: 2.5 })
  })

  it('can be filtered, sorted and grouped by', () => {
    const { index, commit, table, schema } = things([{ name: 'Sum', type: 'formula', expression: '{Price} * {Count}' }])
    commit({ do: 'create-record', table, values: { Name: 'Pot', Price: 1, Count: 1 } }, { do: 'create-record', table })
    const field = schema.tables[0]?.fields.find(({ name }) => name === 'Sum')?.id as FieldId
    const names = (request: object) =>
      readWindow(index, { table, offset: 0, limit: 9, ...request }).rows.map(({ cells }) => Object.values(cells)[0])
    expect(names({ sort: { field, descending: false } })).toEqual([
      { kind: 'value', value: 'Pot' },
      { kind: 'value', value: 'Mug' },
      undefined,
    ])
    expect(names({ filter: { field, op: '>', value: 5 } })).toEqual([{ kind: 'value', value: 'Mug' }])
    expect(readWindow(index, { table, offset: 0, limit: 9, group: { by: [{ field }] } }).groups).toMatchObject([
      { key: [1], count: 1 },
      { key: [10], count: 1 },
      { key: [null], count: 1 },
    ])
  })

  it('cannot read beyond their record and never break a table', { timeout: propertyTime(60_000) }, () => {
    const attacks = [
      '(SELECT 1)',
      '1) FROM sqlite_schema --',
      '1) UNION SELECT sql FROM sqlite_schema',
      '1; DROP TABLE x',
      '1), (2',
      '1, 2',
      'EXISTS (SELECT 1 FROM t)',
      '(WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n) SELECT max(x) FROM n)',
      "load_extension('x')",
      "writefile('x', 'y')",
      "readfile('/etc/passwd')",
      'randomblob(1000000000)',
      'zeroblob(1000000000)',
      'random()',
      'hex(zeroblob(1000000))',
      "printf('%1000000000d', 1)",
      "printf('%.*c', 1000000000, 'x')",
      "replace(printf('%4000000d', 1), ' ', printf('%4000000d', 1))",
      "instr(printf('%4000000d', 1), printf('%2000000d', 2))",
      "replace(printf('%1000000d', 1), printf('%500000d', 1), 'x')",
      "printf('%1000d', 1) LIKE printf('%600d', 1)",
      'sum({Price})',
      'max({Price})',
      'count(*)',
      'group_concat({Name})',
      'row_number() OVER ()',
      'r.id',
      'id',
      'rowid',
      'f_x',
      '"id"',
      '[id]',
      '`id`',
      '?1',
      ':a',
      '@a',
      '$a',
      "x'00'",
      '/* */ 1',
      '1 -- x',
      "'unclosed",
      '{Nobody}',
      '{}',
      '{',
      ')',
      '(',
      '',
      'NULL NULL',
      'abs(-9223372036854775807 - 1)',
      `${'('.repeat(10_000)}1`,
      `${'('.repeat(60)}1${')'.repeat(60)}`,
      `1${'+1'.repeat(4_900)}`,
      '1'.repeat(10_001),
      "tessera_fold_loosely('x')",
      'RAISE(ABORT, 1)',
      "fts5('x')",
      "json_extract('x', '$')",
      "{Name} MATCH 'x'",
      '\0',
      "'a\0b'",
    ]
    for (const expression of attacks) {
      const { cells, index, table } = formula(expression)
      const began = performance.now()
      expect(cells(), expression.slice(0, 60)).toMatchObject({
        F: { kind: 'unfit', text: expect.any(String) },
        Price: { kind: 'value', value: 2.5 },
      })
      expect(performance.now() - began).toBeLessThan(5_000)
      expect(readWindow(index, { table, offset: 0, limit: 1 }).total).toBe(1)
      expect(runSql(index, 'SELECT Name FROM Things', { rows: 1, milliseconds: 500 }).rows).toEqual([['Mug']])
    }
  })

  it('are tokenized so that any input gives an expression or a reason', { timeout: propertyTime(60_000) }, () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom(
              '(',
              ')',
              ',',
              '{Price}',
              "'",
              '--',
              '/*',
              'SELECT',
              'FROM',
              'abs(',
              'max(',
              ' ',
              ';',
              '"',
              'id',
              '1',
              '+',
              'CASE',
              'END',
            ),
            fc.string({ unit: 'binary', maxLength: 3 }),
          ),
          { maxLength: 12 },
        ),
        (parts) => {
          let sql = ''
          try {
            sql = compileFormula(parts.join(''), () => 'c')
          } catch (error) {
            expect(error).toMatchObject({ code: 'bad-formula' })
          }
          expect(sql.replace(/'(?:[^']|'')*'/g, '')).not.toMatch(/select|;|--|\/\*|"|`|\bid\b/i)
        },
      ),
      { numRuns: propertyRuns(500) },
    )
  })
})

const ROLLED: readonly Rollup[] = ['count', 'sum', 'average', 'min', 'max', 'list', 'checked', 'earliest', 'latest']

describe('lookups and rollups', () => {
  it('show values of the linked records that are visible', { timeout: propertyTime(60_000) }, () => {
    const value = fc.record({ size: fc.option(fc.integer({ min: -5, max: 5 })), on: fc.boolean(), trashed: fc.boolean() })
    fc.assert(
      fc.property(fc.array(value, { maxLength: 6 }), (list) => {
        const [parts, wholes] = [newId<TableId>(), newId<TableId>()]
        const [link, back, whole, size] = [newId<FieldId>(), newId<FieldId>(), newId<RecordId>(), newId<FieldId>()]
        const ids = list.map(() => newId<RecordId>())
        const { index, commit, space } = followedSpace(
          sqlite,
          {
            do: 'create-table',
            id: parts,
            name: 'Parts',
            fields: [
              { name: 'Name', type: 'text' },
              { id: size, name: 'Size', type: 'number' },
              { name: 'On', type: 'checkbox' },
              { name: 'Day', type: 'date' },
            ],
          },
          { do: 'create-table', id: wholes, name: 'Wholes', fields: [{ name: 'Name', type: 'text' }] },
          {
            do: 'create-field',
            table: wholes,
            id: link,
            name: 'Parts',
            type: 'link',
            target: parts,
            twoWay: { id: back, name: 'Whole' },
          },
          ...ROLLED.map((rollup) => ({
            do: 'create-field' as const,
            table: wholes,
            name: rollup,
            type: 'rollup' as const,
            via: link,
            of: rollup === 'checked' ? 'On' : rollup === 'earliest' || rollup === 'latest' ? 'Day' : 'Size',
            rollup,
          })),
          { do: 'create-field', table: wholes, name: 'Sizes', type: 'lookup', via: link, of: 'Size' },
          { do: 'create-field', table: parts, name: 'Of', type: 'lookup', via: back, of: 'Name' },
        )
        commit(
          { do: 'create-record', table: wholes, id: whole, values: { Name: 'W' } },
          ...ids.map(
            (id, at) =>
              ({
                do: 'create-record',
                id,
                table: parts,
                values: {
                  Name: `P${at}`,
                  On: list[at]?.on ?? null,
                  Day: `2026-01-0${at + 1}`,
                  ...(typeof list[at]?.size === 'number' && { Size: list[at].size }),
                },
              }) as const,
          ),
          ...ids.map((to) => ({ do: 'link', table: wholes, record: whole, field: link, to }) as const),
        )
        const trashed = ids.filter((_, at) => list[at]?.trashed)
        if (trashed.length > 0) commit(...trashed.map((record) => ({ do: 'delete', what: { table: parts, record } }) as const))
        const living = list.map((each, at) => ({ ...each, day: `2026-01-0${at + 1}` })).filter((each) => !each.trashed)
        const sizes = living.flatMap(({ size: one }) => one ?? [])
        const none = <T>(is: boolean, one: T) => (is ? undefined : { kind: 'value', value: one })
        const sum = sizes.reduce((total, one) => total + one, 0)
        const [row] = readWindow(index, { table: wholes, offset: 0, limit: 1 }).rows
        const shown = Object.fromEntries(
          (space.schema.tables.find(({ id }) => id === wholes)?.fields ?? []).map(({ id, name }) => [name, row?.cells[id]]),
        )
        expect(shown).toMatchObject({
          count: none(false, sizes.length),
          sum: none(false, sum),
          average: none(sizes.length === 0, expect.closeTo(sum / sizes.length)),
          min: none(sizes.length === 0, Math.min(...sizes)),
          max: none(sizes.length === 0, Math.max(...sizes)),
          checked: none(living.length === 0, expect.closeTo(living.filter(({ on }) => on).length / living.length)),
          earliest: none(living.length === 0, living[0]?.day),
          latest: none(living.length === 0, living.at(-1)?.day),
        })
        const numbers = (cell: Cell | undefined) => (cell?.kind === 'value' ? String(cell.value).split(', ').map(Number) : [])
        expect(numbers(shown.Sizes)).toEqual(sizes)
        const [part] = readWindow(index, { table: parts, offset: 0, limit: 1 }).rows
        if (part) expect(Object.values(part.cells).at(-1)).toEqual({ kind: 'value', value: 'W' })
      }),
      { numRuns: propertyRuns(15), endOnFailure: true },
    )
  })
})

/** A table with names and one other field. */
const tickets = (table: TableId, field: FieldInput) =>
  followedSpace(sqlite, { do: 'create-table', id: table, name: 'Tickets', fields: [{ name: 'Name', type: 'text' }, field] })

describe('automatic numbers', () => {
  it('that two records share show which record has which', () => {
    const table = newId<TableId>()
    const number = newId<FieldId>()
    const { index, commit } = tickets(table, { id: number, name: 'No', type: 'auto-number' })
    commit({ do: 'create-record', table, values: { Name: 'a' } })
    commit({ do: 'create-record', table, values: { Name: 'b' } })
    const [one, two] = readWindow(index, { table, offset: 0, limit: 2 }).rows
    expect(one?.cells[number]).toEqual({ kind: 'value', value: 1 })
    index.database.exec(`UPDATE t_${table} SET f_${number} = 17`)
    const [lesser, greater] = [one?.id ?? '', two?.id ?? ''].sort()
    const shown = new Map(
      readWindow(index, { table, offset: 0, limit: 2 }).rows.map(({ id, cells }) => [id as string, cells[number]]),
    )
    expect(shown.get(lesser ?? '')).toEqual({ kind: 'value', value: 17 })
    expect(shown.get(greater ?? '')).toEqual({ kind: 'value', value: `17-${greater?.slice(0, 2)}` })
    expect(search(index, '17')).toHaveLength(2)
  })

  it('differ from earlier values of the field, even those that look like numbers', () => {
    const [table, field, record] = [newId<TableId>(), newId<FieldId>(), newId<RecordId>()]
    const { index, commit } = tickets(table, { id: field, name: 'Day', type: 'date' })
    commit({ do: 'create-record', id: record, table, values: { [field]: '2026-11' } })
    commit({ do: 'update-field', field, type: 'auto-number' })
    expect(readRow(index, table, record)?.cells[field]).toEqual({ kind: 'unfit', text: '2026-11' })
  })
})

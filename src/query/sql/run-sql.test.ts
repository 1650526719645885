import { beforeAll, describe, expect, it } from 'vitest'
import { type FieldId, newId, type OptionId, type RecordId, type TableId } from '../../space/ids.ts'
import { QueryError } from '../errors.ts'
import { tableName } from '../index/space-index.ts'
import { loadSqlite, type Sqlite } from '../sqlite/sqlite.ts'
import { followedSpace } from '../testing/follow.ts'
import { readWindow } from '../windows/read-window.ts'
import { runSql } from './run-sql.ts'
import { commonTablesOf, sqlTokens } from './sql-tokens.ts'
import { sqlTables } from './sql-views.ts'

let sqlite: Sqlite
beforeAll(async () => {
  sqlite = await loadSqlite()
})

const LIMITS = { rows: 100, milliseconds: 1_000 }

const house = () => {
  const [people, groups] = [newId<TableId>(), newId<TableId>()]
  const [name, age, crew, member] = [newId<FieldId>(), newId<FieldId>(), newId<FieldId>(), newId<FieldId>()]
  const [ash, briar, choir] = [newId<RecordId>(), newId<RecordId>(), newId<RecordId>()]
  const night = newId<OptionId>()
  const followed = followedSpace(
    sqlite,
    { do: 'create-table', id: groups, name: 'Groups', fields: [{ name: 'Name', type: 'text' }] },
    {
      do: 'create-table',
      id: people,
      name: 'People',
      fields: [
        { id: name, name: 'Name', type: 'text' },
        { id: age, name: 'Age', type: 'number' },
        { id: crew, name: 'Crew', type: 'choice', options: [{ id: night, name: 'Night' }] },
        {
          id: member,
          name: 'Groups',
          type: 'link',
          target: groups,
          twoWay: { name: 'Members' },
          attributes: [{ name: 'Since', type: 'date' }],
        },
      ],
    },
    { do: 'create-record', id: choir, table: groups, values: { Name: 'Choir' } },
    { do: 'create-record', id: ash, table: people, values: { [name]: 'Ash', [age]: 24, [crew]: night } },
    { do: 'create-record', id: briar, table: people, values: { [name]: 'Briar', [age]: 9 } },
    { do: 'link', table: people, record: ash, field: member, to: choir, attributes: { Since: '2026-01' } },
  )
  const ask = (sql: string) => runSql(followed.index, sql, LIMITS)
  return { ...followed, people, groups, ash, briar, choir, name, ask }
}

describe('SQL over views', () => {
  it('divides integers with a fraction', () => {
    const { ask } = house()
    expect(ask('SELECT Age / 2, sum(Age) / 2 FROM "People" GROUP BY Name ORDER BY Name').rows).toEqual([
      [12, 12],
      [4.5, 4.5],
    ])
    const [table, number, friends, one, other] = [
      newId<TableId>(),
      newId<FieldId>(),
      newId<FieldId>(),
      newId<RecordId>(),
      newId<RecordId>(),
    ]
    const { index } = followedSpace(
      sqlite,
      {
        do: 'create-table',
        id: table,
        name: 'Things',
        fields: [
          { id: number, name: 'Number', type: 'number' },
          { name: 'Done', type: 'checkbox' },
          { name: 'More', type: 'formula', expression: '{Number} + 0' },
          { id: friends, name: 'Friends', type: 'link', target: table, attributes: [{ name: 'Weight', type: 'number' }] },
        ],
      },
      { do: 'create-record', id: one, table, values: { Number: 5, Done: true } },
      { do: 'create-record', id: other, table, values: { Number: 3_000_000_001 } },
      { do: 'link', table, record: one, field: friends, to: other, attributes: { Weight: 3 } },
    )
    const rowsOf = (sql: string) => runSql(index, sql, LIMITS).rows
    expect(rowsOf('SELECT Number / 2, More / 2 FROM "Things" ORDER BY Number')).toEqual([
      [2.5, 2.5],
      [1_500_000_000.5, 1_500_000_000.5],
    ])
    expect(rowsOf('SELECT sum(Done) / count(*) FROM "Things"')).toEqual([[0.5]])
    // The label of a record is a text.
    expect(rowsOf('SELECT "From", "To", Weight / 2 FROM "Things → Friends" WHERE "From" = \'5\'')).toEqual([
      ['5', '3000000001', 1.5],
    ])
  })

  it.each([
    'SELECT tessera_counted()',
    'SELECT (SELECT tessera_counted() FROM "People")',
    'SELECT * FROM tessera_devices',
    'WITH t AS (SELECT * FROM main.tessera_devices) SELECT * FROM t',
  ])('cannot read the internal tables and functions of the index: %s', (sql) => {
    expect(() => house().ask(sql)).toThrow(QueryError)
  })

  it('reads tables and links by their display names', () => {
    const { ask, ash, choir } = house()
    expect(ask('SELECT * FROM "People" ORDER BY Age')).toEqual({
      columns: ['_id', 'Name', 'Age', 'Crew', 'Groups'],
      rows: [
        [expect.any(String), 'Briar', 9, null, null],
        [ash, 'Ash', 24, 'Night', 'Choir'],
      ],
      truncated: false,
    })
    expect(ask('SELECT Members FROM Groups').rows).toEqual([['Ash']])
    expect(ask('SELECT _from, _to, "From", "To", Since FROM "People → Groups"').rows).toEqual([
      [ash, choir, 'Ash', 'Choir', '2026-01'],
    ])
    expect(
      ask(
        'SELECT p.Name, g.Name FROM People p LEFT JOIN "People → Groups" l ON l._from = p._id LEFT JOIN Groups g ON g._id = l._to ORDER BY 1',
      ).rows,
    ).toEqual([
      ['Ash', 'Choir'],
      ['Briar', null],
    ])
  })

  it('follows edits, the trash and new names', () => {
    const { ask, commit, people, briar, name } = house()
    commit({ do: 'delete', what: { table: people, record: briar } })
    expect(ask('SELECT count(*) FROM People').rows).toEqual([[1]])
    commit({ do: 'update-field', field: name, name: 'Called' }, { do: 'update-table', table: people, name: 'Members' })
    expect(ask('SELECT Called FROM Members').rows).toEqual([['Ash']])
    expect(() => ask('SELECT Name FROM People')).toThrow(QueryError)
  })

  it('returns at most the requested number of rows and reports whether there are more', () => {
    const { index } = house()
    expect(runSql(index, 'SELECT Name FROM People', { ...LIMITS, rows: 1 })).toMatchObject({ truncated: true, rows: [['Ash']] })
    expect(runSql(index, 'SELECT Name FROM People', { ...LIMITS, rows: 2 }).truncated).toBe(false)
  })

  it('numbers names that clash and accepts any name', () => {
    const { ask, commit, people, index } = house()
    commit(
      { do: 'create-table', name: 'people', fields: [{ name: 'a"b', type: 'text' }] },
      { do: 'create-table', name: `t_${people.slice(2)}`, fields: [{ name: '_id', type: 'text' }] },
      { do: 'create-table', name: tableName(people), fields: [{ name: '__proto__', type: 'text' }] },
      { do: 'create-table', name: 'sqlite_schema', fields: [{ name: 'שלום 👩‍👩‍👧', type: 'text' }] },
      { do: 'create-table', name: 'Tessera_Options', fields: [{ name: 'a\0b', type: 'text' }] },
    )
    const names = sqlTables(index).map(({ name }) => name)
    expect(names).toContain('people (2)')
    expect(names).toContain(`_${tableName(people)}`)
    for (const { name, columns } of sqlTables(index)) {
      const list = columns.map((column) => `"${column.replaceAll('"', '""')}"`).join()
      expect(ask(`SELECT ${list} FROM "${name}"`).columns).toEqual(columns)
    }
    expect(ask('SELECT Name FROM People').rows).toHaveLength(2)
  })

  it('rejects anything but reading these views', () => {
    const { ask, people, index } = house()
    const table = tableName(people)
    const attacks = [
      'DELETE FROM People',
      `UPDATE ${table} SET ord = 1`,
      `INSERT INTO ${table} (id) VALUES (1)`,
      'CREATE TABLE x (a)',
      'CREATE TEMP VIEW v AS SELECT 1',
      'DROP VIEW temp."People"',
      "ATTACH ':memory:' AS other",
      'PRAGMA table_list',
      'PRAGMA journal_mode = WAL',
      'VACUUM',
      'BEGIN',
      'ANALYZE',
      'REINDEX',
      'EXPLAIN SELECT 1',
      'EXPLAIN QUERY PLAN SELECT * FROM People',
      `SELECT * FROM ${table}`,
      `SELECT count(*) FROM ${table}`,
      `SELECT 1 FROM main.${table}`,
      `WITH "People" AS (SELECT * FROM ${table}) SELECT * FROM "People"`,
      `SELECT * FROM (SELECT * FROM ${table}) AS "People"`,
      'SELECT * FROM sqlite_schema',
      'SELECT * FROM temp.sqlite_schema',
      'SELECT * FROM temp.tessera_options',
      "SELECT * FROM pragma_table_list('People')",
      'SELECT * FROM dbstat',
      'SELECT * FROM sqlite_dbpage',
      'SELECT * FROM sqlite_stmt',
      'SELECT * FROM bytecode',
      "SELECT load_extension('x')",
      "SELECT writefile('x', 'y')",
      "SELECT readfile('/etc/passwd')",
      "SELECT fts5('x')",
      'SELECT sqlite_compileoption_get(1)',
      'SELECT 1; SELECT 2',
      'SELECT 1; DROP VIEW "People"',
      '',
      ' -- nothing',
      'SELECT 1\0',
      `SELECT ${'('.repeat(5_000)}1${')'.repeat(5_000)}`,
      'SELECT randomblob(1e9)',
      'SELECT zeroblob(1e9)',
      "SELECT printf('%1000000000d', 1)",
      "SELECT printf('%.*c', 1000000000, 'x')",
    ]
    for (const sql of attacks) expect(() => ask(sql), sql.slice(0, 80)).toThrow(QueryError)
    for (const sql of ['SELECT 1;', 'SELECT 1 -- one', 'VALUES (1)', 'SELECT 1;\n;-- end\n'])
      expect(ask(sql).rows, sql).toEqual([[1]])
    expect(ask('SELECT count(*) FROM People').rows).toEqual([[2]])
    expect(index.database.selectValue(`SELECT count(*) FROM ${table}`)).toBe(2)
  })

  it('interrupts statements that take too long', () => {
    const { ask } = house()
    const long = 'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n'
    for (let time = 0; time < 2; time++) expect(() => ask(long)).toThrow(expect.objectContaining({ code: 'too-long' }))
    expect(ask('SELECT count(*) FROM People').rows).toEqual([[2]])
  })

  it('names the error', () => {
    const { ask } = house()
    expect(() => ask('SELECT Nam FROM People')).toThrow(
      expect.objectContaining({ code: 'sql-failed', message: expect.stringContaining('no such column: Nam') }),
    )
    expect(() => ask('SELECT * FROM sqlite_stmt')).toThrow(
      expect.objectContaining({ code: 'sql-refused', message: expect.stringContaining('"sqlite_stmt"') }),
    )
  })

  it('tokenizes any statement in linear time', { timeout: 30_000 }, () => {
    const { ask } = house()
    const parts = ['a', 'a ', '"', 'a(', '(a)', 'a AS ', "'", '/*', '--', '[', 'AS (', 'a() AS NOT ', '`']
    for (const part of parts) commonTablesOf(sqlTokens(part.repeat(Math.floor(100_000 / part.length))))
    expect(() => ask(`SELECT ${'a'.repeat(40_000)}`)).toThrow(QueryError)
    expect(
      ask(`WITH x /* one */ ( a ) AS not materialized (SELECT 1), "y" AS (SELECT 2) SELECT count(*) FROM x, "y"`).rows,
    ).toEqual([[1]])
    expect(ask(`SELECT replace ('a', "Name", 'b'), trim(' a ') FROM "People" WHERE Name = 'Ash'`)).toEqual({
      columns: [`replace ('a', "Name", 'b')`, `trim(' a ')`],
      rows: [['a', 'a']],
      truncated: false,
    })
    expect(ask(`WITH replace(a) AS (SELECT 7) SELECT a FROM replace`).rows).toEqual([[7]])
    expect(() => ask(`SELECT instr('a')`)).toThrow('wrong number of arguments to function instr()')
  })

  it.each([
    'json_each',
    'JSON_TREE',
    'pragma_table_info',
    'pragma_module_list',
    'fts5vocab',
    'dbstat',
    'sqlite_schema',
    'tables_used',
    'rtree',
  ])('shows windows next to a table called %s', (name) => {
    const [table, field] = [newId<TableId>(), newId<FieldId>()]
    const { index } = followedSpace(
      sqlite,
      { do: 'create-table', id: table, name, fields: [{ id: field, name: 'Name', type: 'text' }] },
      { do: 'create-record', table, values: { [field]: 'Ash' } },
    )
    const shown = sqlTables(index)[0]?.name ?? ''
    expect(runSql(index, `SELECT Name FROM "${shown}"`, LIMITS).rows).toEqual([['Ash']])
    expect(runSql(index, `SELECT value FROM json_each('[1]')`, LIMITS).rows).toEqual([[1]])
    expect(readWindow(index, { table, offset: 0, limit: 10, search: 'ash' }).rows[0]?.cells[field]).toEqual({
      kind: 'value',
      value: 'Ash',
    })
  })

  /** A text of 4 MB and a million rows. */
  const MUCH = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000),
    t AS MATERIALIZED (SELECT printf('%.*c', 4000000, 'a') AS x)`

  it.each([
    `SELECT x LIKE '%' || printf('%.*c', 450, 'a') || 'b' FROM t`,
    `SELECT x GLOB '*' || printf('%.*c', 450, 'a') || 'b' FROM t`,
    `SELECT sum(x LIKE '%aaaaaaaaaaaaaaaab%') FROM t, n`,
    'SELECT sum(lower(x || i) = upper(x || i)) FROM t, n',
    `SELECT count(*) FROM t, n, json_each('[' || replace(substr(x, 1, 100000), 'a', '1,') || i || ']')`,
    'SELECT sum(length(hex(substr(x, 1, 2000000)))) FROM t, n',
    `SELECT sum(length(printf('%.*c', 4000000, i))) FROM t, n`,
    'SELECT count(*) FROM (SELECT x || i AS y FROM t, n ORDER BY y COLLATE NOCASE)',
    'SELECT count(DISTINCT x || i COLLATE NOCASE) FROM t, n',
    'SELECT count(*) FROM n, n AS m',
  ])('is interrupted in time: %s', { timeout: 20_000 }, (select) => {
    const { index } = house()
    expect(() => runSql(index, `${MUCH} ${select}`, { rows: 1, milliseconds: 200 })).toThrow('stopped after 200 ms')
  })

  /** Long texts that differ in their last characters only. */
  const longTexts = (count: number) => `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}),
    t AS (SELECT printf('%.*c', 3990000, 'a') || (i * 7919 % 997) AS x FROM n)`

  // SQLite sorts in one step. Without a bound, this one takes 8 s.
  it('stops sorting long texts by NOCASE after the deadline', { timeout: 5_000 }, () => {
    const { index } = house()
    const sql = `${longTexts(60)} SELECT length(x) FROM t ORDER BY x COLLATE NOCASE`
    expect(() => runSql(index, sql, { rows: 100, milliseconds: 1_500 })).toThrow(expect.objectContaining({ code: 'too-long' }))
  })

  it('stops a statement that needs more than 256 MiB of memory', { timeout: 20_000 }, () => {
    const { index, ask } = house()
    const sql = `${longTexts(250)} SELECT length(x) FROM t ORDER BY x`
    expect(() => runSql(index, sql, { rows: 250, milliseconds: 60_000 })).toThrow('more than 256 MiB of memory')
    expect(ask('SELECT count(*) FROM People').rows).toEqual([[2]])
  })

  it.each([
    `SELECT instr(x, substr(x, 1, 400000) || 'b') FROM t`,
    `SELECT length(replace(x, substr(x, 1, 400000) || 'b', '')) FROM t`,
  ])('rejects a function call that would take too long in one step: %s', { timeout: 20_000 }, (select) => {
    const { index } = house()
    expect(() => runSql(index, `${MUCH} ${select}`, LIMITS)).toThrow('too long')
  })

  it.each([
    ['abc', 'A_C', true, false],
    ['a%c', 'a!%c', true, false],
    ['abc', 'a!%c', false, false],
    ['äbc', '_bc', true, false],
    ['😀c', '_c', true, false],
    ['Ä', 'ä', false, false],
    ['a-c', 'a[x-z-]c', false, true],
    ['ayc', 'a[^a-c]*', false, true],
    ['a]c', '?[]]c', false, true],
    ['ABC', 'abc', true, false],
    ['', '%', true, false],
    ['a*', 'a[', false, false],
  ])('compares long and short texts alike: %s with %s', { timeout: 20_000 }, (text, pattern, like, glob) => {
    const { ask } = house()
    const compare = (before: string) =>
      ask(
        `SELECT ${before} || '${text}' LIKE ${before} || '${pattern}' ESCAPE '!', ${before} || '${text}' GLOB ${before} || '${pattern}'`,
      ).rows
    const expected = [[Number(like), Number(glob)]]
    expect(compare(`''`)).toEqual(expected)
    // Long enough that SQLite does not compare it itself.
    expect(compare(`printf('%.*c', 400, 'x') || printf('%.*c', 50, 'x')`)).toEqual(expected)
    const long = `printf('%.*c', 900000, 'x')`
    expect(
      ask(`SELECT ${long} || '${text}' LIKE '%xx' || '${pattern}' ESCAPE '!', ${long} || '${text}' GLOB '*xx' || '${pattern}'`)
        .rows,
    ).toEqual(expected)
  })
})

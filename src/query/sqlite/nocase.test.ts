import { beforeAll, describe, expect, it } from 'vitest'
import { withDeadline } from './deadline.ts'
import { defineNocase } from './nocase.ts'
import { all, type Database, loadSqlite, type Sqlite } from './sqlite.ts'

let sqlite: Sqlite
let database: Database
beforeAll(async () => {
  sqlite = await loadSqlite()
  database = new sqlite.oo1.DB(':memory:')
  defineNocase(sqlite, database)
  return () => database.close()
})

describe('COLLATE NOCASE', () => {
  it('orders texts like the collation of SQLite', () => {
    const native = new sqlite.oo1.DB(':memory:')
    const texts = [
      '',
      'a',
      'A',
      'ab',
      'AB',
      'aB ',
      'ä',
      'Ä',
      'z',
      'Z',
      '_',
      '[',
      '😀',
      'zebra',
      'Zebra',
      'a\u0001',
      '\u{10FFFF}a',
    ]
    const sql = 'SELECT value FROM json_each(?) ORDER BY value COLLATE NOCASE, key'
    expect(all(database, sql, [JSON.stringify(texts)])).toEqual(all(native, sql, [JSON.stringify(texts)]))
    native.close()
  })

  it('stops comparing long texts after the deadline', () => {
    const compare = () =>
      all(database, `SELECT printf('%.*c', 4000000, 'a') || 'b' = printf('%.*c', 4000000, 'a') || 'c' COLLATE NOCASE`)
    expect(compare()).toEqual([[0]])
    // No progress handler is set here, so the result shows that the comparison was cut short.
    expect(withDeadline(performance.now() - 1, compare)).toEqual([[1]])
  })
})

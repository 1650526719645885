import { beforeAll, describe, expect, it } from 'vitest'
import { closeIndex, openIndex, type SpaceIndex } from '../index/space-index.ts'
import { guarded } from './guard.ts'
import { all, loadSqlite, type Sqlite } from './sqlite.ts'

let sqlite: Sqlite
beforeAll(async () => {
  sqlite = await loadSqlite()
})

const withIndex = (work: (index: SpaceIndex) => void) => {
  const index = openIndex(sqlite)
  try {
    work(index)
  } finally {
    closeIndex(index)
  }
}

/** Ends by itself, with a row, after a minute or more. */
const LONG = 'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 300000000) SELECT count(*) FROM n'

describe('a guard', () => {
  it('still stops what it guards after one within it has ended', { timeout: 20_000 }, () =>
    withIndex((index) => {
      expect(() =>
        guarded(index, { milliseconds: 100 }, () => {
          guarded(index, { milliseconds: 100 }, () => all(index.database, 'SELECT 1'))
          all(index.database, LONG)
        }),
      ).toThrow('interrupted')
    }),
  )

  it('stops what is within it, whatever time that was given', { timeout: 20_000 }, () =>
    withIndex((index) => {
      expect(() =>
        guarded(index, { milliseconds: 100 }, () => guarded(index, { milliseconds: 600_000 }, () => all(index.database, LONG))),
      ).toThrow('interrupted')
    }),
  )

  it('leaves nothing behind', () =>
    withIndex((index) => {
      guarded(index, { milliseconds: 0 }, () => undefined)
      expect(
        all(
          index.database,
          'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT count(*) FROM n',
        ),
      ).toEqual([[100_000]])
    }))
})

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

/** Would run for a minute or more, and returns a row. */
const LONG = 'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 300000000) SELECT count(*) FROM n'

describe('a guard', () => {
  it('still interrupts the outer call after an inner call has ended', { timeout: 20_000 }, () =>
    withIndex((index) => {
      expect(() =>
        guarded(index, { milliseconds: 100 }, () => {
          guarded(index, { milliseconds: 100 }, () => all(index.database, 'SELECT 1'))
          all(index.database, LONG)
        }),
      ).toThrow('interrupted')
    }),
  )

  it('interrupts an inner call at the outer deadline', { timeout: 20_000 }, () =>
    withIndex((index) => {
      expect(() =>
        guarded(index, { milliseconds: 100 }, () => guarded(index, { milliseconds: 600_000 }, () => all(index.database, LONG))),
      ).toThrow('interrupted')
    }),
  )

  it('restores the database afterwards', () =>
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

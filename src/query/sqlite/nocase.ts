import { spend, TimeUp } from './deadline.ts'
import type { Database, Sqlite } from './sqlite.ts'

/**
 * `COLLATE NOCASE` in place of SQLite's own, with the same order. SQLite sorts in one step, which no progress handler interrupts:
 * 60 texts of 4 MB took 8 s. Here, comparisons after the deadline return at once, so that the step ends.
 */
export const defineNocase = (sqlite: Sqlite, { pointer }: Database): void => {
  const { capi } = sqlite
  const compare = comparisons.get(sqlite) ?? installComparison(sqlite)
  comparisons.set(sqlite, compare)
  // `sqlite3_create_collation` of this package counts its arguments wrongly and always fails.
  capi.sqlite3_create_collation_v2(pointer as number, 'NOCASE', capi.SQLITE_UTF8, 0, compare as never, 0)
}

const comparisons = new WeakMap<Sqlite, number>()

/** @returns its address: SQLite calls it without converting values, which costs no measurable time in a sort of short texts */
const installComparison = ({ wasm }: Sqlite): number => {
  const compareBytes = wasm.exports.sqlite3_strnicmp as (one: number, other: number, length: number) => number
  return wasm.installFunction('i(pipip)', (_: number, length: number, one: number, otherLength: number, other: number) => {
    const shorter = Math.min(length, otherLength)
    try {
      spend(shorter)
    } catch (error) {
      // A collation cannot fail. The progress handler ends the statement after this step.
      if (error instanceof TimeUp) return 0
      throw error
    }
    return compareBytes(one, other, shorter) || length - otherLength
  }) as number
}

import { describe, expect, it } from 'vitest'
import { parseDate } from './dates.ts'

describe('a written date', () => {
  it.each([
    ['2026', '2026'],
    ['2026-11', '2026-11'],
    ['2026-11-21', '2026-11-21'],
    ['2026/1/5', '2026-01-05'],
    ['21.11.2026', '2026-11-21'],
    ['11/2026', '2026-11'],
    ['Nov 2026', '2026-11'],
    ['21 November 2026', '2026-11-21'],
    ['March 3rd, 1999', '1999-03-03'],
    ['25/12/2020', '2020-12-25'],
    ['12/25/2020', '2020-12-25'],
  ])('%s is kept as %s', (written, kept) => expect(parseDate(written)).toBe(kept))

  it.each(['', 'soon', '2026-13', '2026-02-30', '1.2', 'Nov', '1 2 3 4', '12-11-26'])('%s is not taken for one', (written) =>
    expect(parseDate(written)).toBeUndefined(),
  )
})

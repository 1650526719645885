import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDuration } from '../../space/cells/parse.ts'
import { editableDuration, formatDuration } from './durations.ts'

describe('a duration', () => {
  it.each([
    [5400, /^1\D+30\D+$/, '1:30'],
    [0, /^0\D+$/, '0:00'],
    [5, /^5\D+$/, '0:00:05'],
    [5.25, /^5[.,]25\D+$/, '0:00:05.25'],
    [-90, /^−1\D+30\D+$/, '-0:01:30'],
    [360_000, /^100\D+$/, '100:00'],
  ])('of %s seconds is shown like %s and edited as %s', (seconds, shown, edited) => {
    expect(formatDuration(seconds)).toMatch(shown)
    expect(editableDuration(seconds)).toBe(edited)
  })

  it('is read back from its edited form', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e10, max: 1e10 }), (milliseconds) => {
        expect(parseDuration(editableDuration(milliseconds / 1000))).toBeCloseTo(milliseconds / 1000, 6)
      }),
    )
  })
})

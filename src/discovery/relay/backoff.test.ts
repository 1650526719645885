import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoff } from './backoff.ts'

describe('a backoff', () => {
  it('doubles up to its limit and restarts after a reset', () => {
    const waits = backoff({ first: 100, most: 400, random: () => 1 })
    expect([waits.next(), waits.next(), waits.next(), waits.next()]).toEqual([100, 200, 400, 400])
    waits.reset()
    expect(waits.next()).toBe(100)
  })

  it('waits at least half of its bound', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (random) => {
        const wait = backoff({ first: 100, random: () => random }).next()
        expect(wait).toBeGreaterThanOrEqual(50)
        expect(wait).toBeLessThanOrEqual(100)
      }),
    )
  })
})

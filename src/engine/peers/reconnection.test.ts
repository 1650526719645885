import { expect, it } from 'vitest'
import { handClock } from '../../../test/support/hand-clock.ts'
import { reconnection } from './reconnection.ts'

it('waits longer after each connection that ended soon, and little after one that held', () => {
  const clock = handClock()
  const waits = reconnection(clock)
  const endAfter = (milliseconds: number): number => {
    waits.stands()
    clock.turn(milliseconds)
    return waits.ended()
  }
  for (const bound of [500, 1_000, 2_000, 4_000]) {
    const wait = endAfter(100)
    expect(wait).toBeGreaterThanOrEqual(bound / 2)
    expect(wait).toBeLessThanOrEqual(bound)
  }
  // Attempts that never stood count like those that ended at once.
  expect(waits.ended()).toBeGreaterThanOrEqual(4_000)
  expect(endAfter(10_000)).toBeLessThanOrEqual(500)
})

import { expect, it } from 'vitest'
import { handClock } from '../../../test/support/hand-clock.ts'
import { reconnection } from './reconnection.ts'

it('grows the delay after each short connection, and resets it after a stable one', () => {
  const clock = handClock()
  const delays = reconnection(clock)
  const closeAfter = (milliseconds: number): number => {
    delays.opened()
    clock.turn(milliseconds)
    return delays.closed()
  }
  for (const bound of [500, 1_000, 2_000, 4_000]) {
    const delay = closeAfter(100)
    expect(delay).toBeGreaterThanOrEqual(bound / 2)
    expect(delay).toBeLessThanOrEqual(bound)
  }
  // An attempt that never opened counts like a short connection.
  expect(delays.closed()).toBeGreaterThanOrEqual(4_000)
  expect(closeAfter(10_000)).toBeLessThanOrEqual(500)
})

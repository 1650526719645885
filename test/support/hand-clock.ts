import type { Clock } from '../../src/engine/scheduling/clock.ts'

/** A clock that advances only when a test calls `turn`. */
export interface HandClock extends Clock {
  /** Advances the clock and runs the timers that become due, in order. */
  turn(milliseconds: number): void
}

export const handClock = (): HandClock => {
  let now = 0
  const due = new Set<{ readonly at: number; readonly work: () => void }>()
  return {
    now: () => now,
    after(milliseconds, work) {
      const each = { at: now + milliseconds, work }
      due.add(each)
      return () => due.delete(each)
    },
    turn(milliseconds) {
      const until = now + milliseconds
      for (;;) {
        const [next] = [...due].filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)
        if (!next) break
        due.delete(next)
        now = next.at
        next.work()
      }
      now = until
    },
  }
}

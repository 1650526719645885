/** Thrown by a function of SQLite whose statement has used up its time. */
export class TimeUp extends Error {
  override readonly name = 'TimeUp'
}

/** Steps of a function between two looks at the clock: some milliseconds. */
const STEPS = 2_000_000

interface Running {
  readonly end: number
  /** Steps since the last look at the clock. */
  steps: number
}

/** The deadlines of what runs in this thread, the innermost last. An inner one never ends after an outer one. */
const deadlines: Running[] = []

/** Runs `work` with a deadline, by the clock of `performance`. Whoever runs statements asks `isTimeUp` meanwhile. */
export const withDeadline = <T>(end: number, work: () => T): T => {
  deadlines.push({ end: Math.min(end, deadlines.at(-1)?.end ?? end), steps: 0 })
  try {
    return work()
  } finally {
    deadlines.pop()
  }
}

export const isTimeUp = (): boolean => performance.now() > (deadlines.at(-1)?.end ?? Number.POSITIVE_INFINITY)

/**
 * Counts what a function does within one step of SQLite's machine, where the progress handler does not see it.
 * @throws {TimeUp}
 */
export const spend = (steps: number): void => {
  const running = deadlines.at(-1)
  if (!running) return
  running.steps += steps
  if (running.steps < STEPS) return
  running.steps = 0
  if (isTimeUp()) throw new TimeUp('The statement was stopped: its time is up.')
}

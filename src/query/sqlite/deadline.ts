/** Thrown by a SQLite function when the deadline of its statement has passed. */
export class TimeUp extends Error {
  override readonly name = 'TimeUp'
}

/** Steps of a function between two checks of the clock: a few milliseconds. */
const STEPS = 2_000_000

interface Running {
  readonly end: number
  /** Steps since the last check of the clock. */
  steps: number
}

/** The active deadlines of this thread, innermost last. An inner deadline is never later than an outer one. */
const deadlines: Running[] = []

/** Runs `work` with a deadline on the clock of `performance`. Code that runs statements must poll `isTimeUp`. */
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
 * Counts the work of a function within one step of SQLite's virtual machine, which the progress handler cannot interrupt.
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

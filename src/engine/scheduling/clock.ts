/** Time and timers. Tests use a clock that they advance manually. */
export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number
  /** @returns a function that cancels the timer */
  after(milliseconds: number, work: () => void): () => void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, work) {
    const timer = setTimeout(work, milliseconds)
    return () => clearTimeout(timer)
  },
}

/** The result of `work`, with a time limit. @throws the error that `late` returns */
export const within = async <T>(clock: Clock, milliseconds: number, work: Promise<T>, late: () => Error): Promise<T> => {
  let cancel: (() => void) | undefined
  try {
    return await Promise.race([
      work,
      new Promise<never>((_, reject) => {
        cancel = clock.after(milliseconds, () => reject(late()))
      }),
    ])
  } finally {
    cancel?.()
  }
}

/** Whole seconds since 1970, the unit of times in changes and records. */
export const unixSeconds = (): number => Math.floor(Date.now() / 1000)

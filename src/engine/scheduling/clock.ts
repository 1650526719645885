/** Time, as whoever waits for something wants it; tests turn it by hand. */
export interface Clock {
  /** Milliseconds since some moment. */
  now(): number
  /** @returns what cancels it */
  after(milliseconds: number, work: () => void): () => void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, work) {
    const timer = setTimeout(work, milliseconds)
    return () => clearTimeout(timer)
  },
}

/** What `work` comes to, unless that takes too long. @throws what `late` gives */
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

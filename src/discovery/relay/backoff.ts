/** Returns the milliseconds to wait before each retry. */
export interface Backoff {
  next(): number
  reset(): void
}

export interface BackoffOptions {
  /** Upper bound of the first wait in milliseconds; doubled each time. Default 500 ms. */
  readonly first?: number
  /** Maximum wait in milliseconds. Default one minute. */
  readonly most?: number
  readonly random?: () => number
}

/** Exponential backoff. Random jitter prevents all clients of a restarted relay from reconnecting at the same time. */
export const backoff = ({ first = 500, most = 60_000, random = Math.random }: BackoffOptions = {}): Backoff => {
  let bound = first
  return {
    next() {
      const wait = bound * (0.5 + random() / 2)
      bound = Math.min(most, bound * 2)
      return wait
    },
    reset() {
      bound = first
    },
  }
}

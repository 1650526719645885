/** Milliseconds to wait before the attempts that follow each other in vain. */
export interface Backoff {
  next(): number
  reset(): void
}

export interface BackoffOptions {
  /** Milliseconds that the first wait is drawn from; doubled each time. Default half a second. */
  readonly first?: number
  /** Milliseconds that no wait exceeds. Default one minute. */
  readonly most?: number
  readonly random?: () => number
}

/** Exponential with jitter: waits are drawn from the upper half, so that all clients of a relay that fell do not return as one. */
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

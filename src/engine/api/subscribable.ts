/** A value that tells its watchers at once and after every change. */
export interface Subscribable<T> {
  readonly value: T
  set(value: T): void
  /** @returns what ends it */
  watch(push: (value: T) => void): () => void
}

export const subscribable = <T>(initial: T): Subscribable<T> => {
  let value = initial
  const watchers = new Set<(value: T) => void>()
  return {
    get value() {
      return value
    },
    set(next) {
      value = next
      for (const push of watchers) push(next)
    },
    watch(push) {
      watchers.add(push)
      push(value)
      return () => watchers.delete(push)
    },
  }
}

/** Follows what a value leads to: `begin` is called for the present value and for each later one, and its result ends it. */
export const follow = <T>(source: Subscribable<T>, begin: (value: T) => (() => void) | undefined): (() => void) => {
  let stop: (() => void) | undefined
  const unwatch = source.watch((value) => {
    stop?.()
    stop = begin(value)
  })
  return () => {
    unwatch()
    stop?.()
  }
}

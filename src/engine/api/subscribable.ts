/** A value that calls its watchers at once and after every change. */
export interface Subscribable<T> {
  readonly value: T
  set(value: T): void
  /** @returns a function that ends the watch */
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

/** Calls `begin` for the current value and for each later one; what it returns is called before the next value, and at the end. */
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

/** Milliseconds between two looks at the clock. */
const TICK = 4
/** The browser calls a task long from here on. */
const LONG = 50

/**
 * Begins to watch for tasks that keep the page from answering.
 * @returns ends it; gives the longest task in milliseconds. Below 50 ms it is the longest gap between two looks at the clock, of
 *   which part may be another process's turn.
 */
export const watchBlocked = (): (() => number) => {
  let longTask = 0
  let gap = 0
  let last = performance.now()
  const take = (entries: PerformanceEntryList) => {
    for (const { duration } of entries) longTask = Math.max(longTask, duration)
  }
  const observer = new PerformanceObserver((list) => take(list.getEntries()))
  observer.observe({ type: 'longtask' })
  const timer = setInterval(() => {
    const now = performance.now()
    gap = Math.max(gap, now - last - TICK)
    last = now
  }, TICK)
  return () => {
    clearInterval(timer)
    take(observer.takeRecords())
    observer.disconnect()
    return longTask > 0 ? longTask : Math.min(gap, LONG)
  }
}

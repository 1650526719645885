/**
 * Detects when connections may have died without any event: phones close the sockets of background pages, laptops sleep, and
 * networks change.
 */
import type { FreshStart } from '../port.ts'

/** Milliseconds between readings of the clock. */
const CLOCK_INTERVAL = 5_000
/** Milliseconds between two readings after which the machine must have slept (timers of a hidden page run once a minute). */
const SLEPT = 90_000

/** @returns a function that stops watching */
export const watchFreshStarts = (notify: (cause: FreshStart) => void): (() => void) => {
  const stop = new AbortController()
  const { signal } = stop
  document.addEventListener(
    'visibilitychange',
    () => {
      if (document.visibilityState === 'visible') notify('visible')
    },
    { signal },
  )
  window.addEventListener('pageshow', ({ persisted }) => persisted && notify('visible'), { signal })
  window.addEventListener('online', () => notify('online'), { signal })
  // Not every browser supports the Network Information API.
  if ('connection' in navigator && navigator.connection instanceof EventTarget) {
    navigator.connection.addEventListener('change', () => notify('network'), { signal })
  }
  let lastReading = Date.now()
  const timer = setInterval(() => {
    const now = Date.now()
    if (now - lastReading > SLEPT) notify('woke')
    lastReading = now
  }, CLOCK_INTERVAL)
  signal.addEventListener('abort', () => clearInterval(timer))
  return () => stop.abort()
}

/**
 * Tells when connections may have died without any event: phones take sockets from a page in the background, laptops sleep,
 * networks change under way.
 */
import type { FreshStart } from '../port.ts'

/** Milliseconds between looks at the clock. */
const LOOK = 5_000
/** Milliseconds more than expected between two looks that mean the machine slept (a hidden page's timers run once a minute). */
const SLEPT = 90_000

/** @returns a function that stops telling */
export const watchFreshStarts = (tell: (cause: FreshStart) => void): (() => void) => {
  const stop = new AbortController()
  const { signal } = stop
  document.addEventListener(
    'visibilitychange',
    () => {
      if (document.visibilityState === 'visible') tell('visible')
    },
    { signal },
  )
  window.addEventListener('pageshow', ({ persisted }) => persisted && tell('visible'), { signal })
  window.addEventListener('online', () => tell('online'), { signal })
  // Not in every browser.
  if ('connection' in navigator && navigator.connection instanceof EventTarget) {
    navigator.connection.addEventListener('change', () => tell('network'), { signal })
  }
  let looked = Date.now()
  const looking = setInterval(() => {
    const now = Date.now()
    if (now - looked > SLEPT) tell('woke')
    looked = now
  }, LOOK)
  signal.addEventListener('abort', () => clearInterval(looking))
  return () => stop.abort()
}

import { backoff } from '../../discovery/relay/backoff.ts'
import { type Clock, systemClock } from '../scheduling/clock.ts'

/** Milliseconds after which a connection counts as stable. */
const STABLE_MS = 10_000

/** The delay between consecutive connections. It grows until one of them was stable. */
export interface Reconnection {
  /** A connection opened and both sides are authenticated. */
  opened(): void
  /** The connection, or the attempt to connect, has ended. @returns milliseconds to wait before the next one */
  closed(): number
}

export const reconnection = (clock: Clock = systemClock): Reconnection => {
  const delays = backoff()
  let openedAt: number | undefined
  return {
    opened() {
      openedAt = clock.now()
    },
    closed() {
      // A connection that is rejected at its first message must not be retried several times a second forever.
      if (openedAt !== undefined && clock.now() - openedAt >= STABLE_MS) delays.reset()
      openedAt = undefined
      return delays.next()
    },
  }
}

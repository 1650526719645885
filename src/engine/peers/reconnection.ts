import { backoff } from '../../discovery/relay/backoff.ts'
import { type Clock, systemClock } from '../scheduling/clock.ts'

/** Milliseconds after which a connection counts as one that holds. */
const HOLDS = 10_000

/** How long to wait between connections that follow each other: longer each time, until one of them has held. */
export interface Reconnection {
  /** A connection stands: both sides are proven. */
  stands(): void
  /** The connection, or the attempt at one, has ended. @returns milliseconds to wait before the next one */
  ended(): number
}

export const reconnection = (clock: Clock = systemClock): Reconnection => {
  const waits = backoff()
  let since: number | undefined
  return {
    stands() {
      since = clock.now()
    },
    ended() {
      // One that stood and was refused at its first message would be tried several times a second for ever.
      if (since !== undefined && clock.now() - since >= HOLDS) waits.reset()
      since = undefined
      return waits.next()
    },
  }
}

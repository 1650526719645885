import { PeopleError } from '../../../people/errors.ts'
import type { Clock } from '../../scheduling/clock.ts'

/** Milliseconds until a neighbour that names entries must have sent them. */
export const LOG_WITHIN = 60_000

/**
 * What a neighbour says of the document waits until the entries of the log are here that it knew when it said so: they travel on
 * another channel, and a device's first change may come before the entry that lists it.
 */
export interface AwaitedEntries {
  /** @throws {PeopleError} `too-slow` when the entries never come */
  arrived(named: readonly string[]): Promise<void>
  /** Entries may have come. */
  look(): void
  end(): void
}

/** @param has whether an entry is here, or was looked at and counts for nothing */
export const awaitedEntries = (has: (entry: string) => boolean, clock: Clock): AwaitedEntries => {
  const waiting = new Set<() => void>()
  const stops = new Set<() => void>()
  const look = () => {
    for (const each of [...waiting]) each()
  }
  return {
    look,
    arrived: (named) =>
      new Promise((resolve, reject) => {
        const done = () => {
          waiting.delete(attempt)
          stops.delete(stop)
          stop()
        }
        const attempt = () => {
          if (!named.every(has)) return
          done()
          resolve()
        }
        const stop = clock.after(LOG_WITHIN, () => {
          done()
          reject(new PeopleError('too-slow', 'The other device names entries of the log that it did not send within a minute.'))
        })
        waiting.add(attempt)
        stops.add(stop)
        attempt()
      }),
    end() {
      for (const stop of stops) stop()
    },
  }
}

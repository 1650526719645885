import { PeopleError } from '../../../people/errors.ts'
import type { Clock } from '../../scheduling/clock.ts'

/** Milliseconds within which a peer must send the log entries that it names. */
export const LOG_WITHIN = 60_000

/**
 * Delays a message about the document until the log entries that its sender knew are here. Entries travel on another channel, so a
 * device's first change may arrive before the entry that lists the device.
 */
export interface AwaitedEntries {
  /** Resolves when all of these entries are here. @throws {PeopleError} `too-slow` after `LOG_WITHIN` */
  waitFor(hashes: readonly string[]): Promise<void>
  /** To be called after entries were added. */
  added(): void
  /** Cancels the timers; pending promises never settle. */
  end(): void
}

/** @param has whether an entry is stored, or was received and has no effect */
export const awaitedEntries = (has: (entry: string) => boolean, clock: Clock): AwaitedEntries => {
  const attempts = new Set<() => void>()
  const timers = new Set<() => void>()
  return {
    waitFor: (hashes) =>
      new Promise((resolve, reject) => {
        const settle = () => {
          attempts.delete(attempt)
          timers.delete(cancel)
          cancel()
        }
        const attempt = () => {
          if (!hashes.every(has)) return
          settle()
          resolve()
        }
        const cancel = clock.after(LOG_WITHIN, () => {
          settle()
          reject(new PeopleError('too-slow', 'The other device names log entries that it did not send within a minute.'))
        })
        attempts.add(attempt)
        timers.add(cancel)
        attempt()
      }),
    added() {
      for (const attempt of [...attempts]) attempt()
    },
    end() {
      for (const cancel of timers) cancel()
    },
  }
}

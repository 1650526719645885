import type { Backend } from '../../vault/backends/backend.ts'
import { VaultError } from '../../vault/errors.ts'
import { readFailedAttempts, writeFailedAttempts } from '../../vault/failed-attempts.ts'
import { EngineFailure } from '../api/failure.ts'
import { report } from '../api/report.ts'
import { type Clock, systemClock } from '../scheduling/clock.ts'
import { serial } from '../scheduling/serial.ts'

/** The number of wrong passphrases before the first delay. */
const FREE = 3
/** The longest delay in seconds. */
const LONGEST_WAIT = 30

/** Limits how fast passphrases can be tried: 2, 4, 8 … seconds from the third wrong one on. */
export interface Attempts {
  /**
   * Runs attempts one after the other. An attempt that throws `wrong-passphrase` is counted; one that resolves resets the count.
   * @throws {EngineFailure} `wait`
   */
  run(attempt: () => Promise<void>): Promise<void>
}

/** The delay in milliseconds after `failures` wrong passphrases. */
const waitAfter = (failures: number): number => (failures < FREE ? 0 : Math.min(LONGEST_WAIT, 2 ** (failures - FREE + 1)) * 1000)

/**
 * @param backend keeps the count, so that a restart does not reset it
 * @param clock measures the delay, unaffected by changes of the system time
 * @param time the system time in milliseconds since 1970; continues a delay after a restart, and never makes it longer
 */
export const attempts = (backend: Backend, clock: Clock = systemClock, time: () => number = Date.now): Attempts => {
  let state: { failures: number; until: number } | undefined
  const inTurn = serial()

  const load = async (): Promise<{ failures: number; until: number }> => {
    const stored = await readFailedAttempts(backend)
    if (!stored) return { failures: 0, until: 0 }
    const wait = waitAfter(stored.failures)
    const elapsed = Math.max(0, time() - stored.at)
    return { failures: stored.failures, until: clock.now() + Math.max(0, wait - elapsed) }
  }

  const store = async (failures: number): Promise<void> => {
    try {
      await writeFailedAttempts(backend, failures > 0 ? { failures, at: time() } : undefined)
    } catch (error) {
      // When the disk is full, the count in memory is still used.
      report(error)
    }
  }

  const runAlone = async (attempt: () => Promise<void>): Promise<void> => {
    state ??= await load()
    const { failures, until } = state
    const seconds = Math.ceil((until - clock.now()) / 1000)
    if (seconds > 0) throw new EngineFailure('wait', `Too many wrong passphrases; wait ${seconds} seconds.`, { seconds })
    try {
      await attempt()
    } catch (error) {
      if (error instanceof VaultError && error.code === 'wrong-passphrase') {
        state = { failures: failures + 1, until: clock.now() + waitAfter(failures + 1) }
        // Stored before the call returns, so that an immediate reload finds the count.
        await store(failures + 1)
      }
      throw error
    }
    if (failures > 0) await store(0)
    state = { failures: 0, until: 0 }
  }

  return {
    run: (attempt) => inTurn(() => runAlone(attempt)),
  }
}

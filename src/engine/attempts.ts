import { EngineFailure } from './failure.ts'

/** Wrong passphrases that cost nothing. */
const FREE = 3
/** Seconds; nobody is locked out for longer, and nothing is ever erased. */
const LONGEST_WAIT = 30

/** Makes wrong passphrases wait: 2, 4, 8 … seconds from the third on. */
export const attempts = () => {
  let failures = 0
  let until = 0
  return {
    /** @throws {EngineFailure} `wait` */
    check() {
      const seconds = Math.ceil((until - Date.now()) / 1000)
      if (seconds > 0) throw new EngineFailure('wait', `Too many wrong passphrases; wait ${seconds} seconds.`, { seconds })
    },
    failed() {
      failures += 1
      if (failures >= FREE) until = Date.now() + Math.min(LONGEST_WAIT, 2 ** (failures - FREE + 1)) * 1000
    },
    succeeded() {
      failures = 0
    },
  }
}

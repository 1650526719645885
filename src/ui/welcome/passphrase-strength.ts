import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'

/** How hard a passphrase is to guess: 0 (at once) to 3 (hard, even for somebody with many computers). */
export type Strength = 0 | 1 | 2 | 3

/** Powers of ten of guesses from which a passphrase is fair, good and strong. Each guess costs Argon2id. */
const STEPS = [8, 11, 14] as const

const zxcvbn = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: 100 })

/** Estimates on this device how many guesses a passphrase takes. Load this module lazily: it contains 40,000 passwords and words. */
export const strengthOf = (passphrase: string): Strength => {
  const { guessesLog10 } = zxcvbn.check(passphrase, ['tessera'])
  return STEPS.filter((step) => guessesLog10 >= step).length as Strength
}

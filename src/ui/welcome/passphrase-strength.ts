/** How hard a passphrase is to guess: 0 (easy) to 3 (hard, even with many computers). */
export type Strength = 0 | 1 | 2 | 3

/** Fewer characters than this are refused. */
export const LEAST_CHARACTERS = 8

const COMMON =
  /pass(word|phrase)?|letmein|qwert[yz]?|asdf|admin|welcome|iloveyou|tessera|dragon|monkey|secret|(0?123456789?)|abc(def)?/gi

/** Bits from which a passphrase is fair, good and strong; Argon2id makes each guess cost about a second on this device. */
const STEPS = [36, 52, 70] as const

/** A cautious estimate from length and variety; common words, repeats and runs count little. */
export const strengthOf = (passphrase: string): Strength => {
  const bits = estimateBits(passphrase)
  return STEPS.filter((step) => bits >= step).length as Strength
}

const estimateBits = (passphrase: string): number => {
  const words = passphrase
    .replace(COMMON, '#')
    .trim()
    .split(/[\s_.-]+/)
    .filter(Boolean)
  // A word from a common list has about 12 bits, whatever its length.
  return words.reduce(
    (sum, word) => sum + (/^\p{Ll}{3,}$/u.test(word) && words.length > 2 ? Math.min(12, spread(word)) : spread(word)),
    0,
  )
}

const spread = (word: string): number => {
  const characters = [...word]
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(word)).length
  const fresh = characters.filter((character, at) => !follows(character, characters[at - 1])).length
  return fresh * (2.6 + kinds * 0.75) * (new Set(characters).size < characters.length / 2 ? 0.5 : 1)
}

const follows = (character: string, before: string | undefined): boolean =>
  before !== undefined && Math.abs((character.codePointAt(0) ?? 0) - (before.codePointAt(0) ?? 0)) <= 1

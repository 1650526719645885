import { generateKeyBetween } from 'fractional-indexing'

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** Ends the keys of a run; the library refuses keys that end in its zero digit. */
const LAST = 'V'

/** Three random digits, the last never zero. */
const tail = (): string => {
  const [one = 0, two = 0, three = 0] = crypto.getRandomValues(new Uint32Array(3))
  return `${DIGITS[one % 62]}${DIGITS[two % 62]}${DIGITS[1 + (three % 61)]}`
}

/** A number in base 62, with zeros in front up to `width` digits. */
const inDigits = (number: number, width = 1): string => {
  let digits = ''
  for (let rest = number; rest > 0; rest = Math.floor(rest / 62)) digits = `${DIGITS[rest % 62]}${digits}`
  return digits.padStart(width, '0')
}

/**
 * `count` order keys between two neighbours, compared by code units. A random tail keeps apart what two devices insert at one
 * place; the keys of a run are numbered behind one tail, so that two runs never mix.
 * @param after the key before the gap, undefined at the start
 * @param before the key behind the gap, undefined at the end
 */
export const orderKeys = (count: number, after?: string, before?: string): string[] => {
  const end = tail()
  let key = generateKeyBetween(after, before)
  // A key just below its neighbour would pass it once lengthened; nearer to the neighbour there is room.
  while (before !== undefined && (key + end > before || before.startsWith(key + end))) key = generateKeyBetween(key, before)
  if (count === 1) return [key + end]
  const { length } = inDigits(count - 1)
  return Array.from({ length: count }, (_, index) => `${key}${end}${inDigits(index, length)}${LAST}`)
}

/** Characters. A neighbour with a longer key gets a new one when something is placed beside it. */
const LONGEST = 50
/** Characters. Renewal goes on to the first key that is not longer, so that the new keys are short and the next renewal is far. */
const SHORT = 25
/** Keys that one placement renews for being long: it must not rewrite a whole table. */
export const MOST_RENEWED = 1_000

/** Whether a key fits between two neighbours, and no key there is too long, as long as the neighbours keep theirs. */
export const fitsBetween = (after = '', before?: string): boolean =>
  before === undefined || (after < before && Math.max(after.length, before.length) <= LONGEST)

/**
 * A key for a place in a sorted list, and new keys for the items behind it whose keys are equal to the one before it or too long.
 * @param after the key in front of the place, undefined at the start
 * @param following the keys behind the place
 * @returns `renewed` has the new keys of the first items behind the place
 */
export const orderKeyBetween = (
  after: string | undefined,
  following: readonly string[],
): { readonly key: string; readonly renewed: readonly string[] } => {
  const found = fitsBetween(after, following[0])
    ? 0
    : following.findIndex(
        (order, index) => index > 0 && order > (after ?? '') && (order.length <= SHORT || index >= MOST_RENEWED),
      )
  const count = found < 0 ? following.length : found
  const [key = '', ...renewed] = orderKeys(1 + count, after || undefined, following[count])
  return { key, renewed }
}

/** Compares by order key, then by id, both by code units. */
export const byOrder = (one: { order: string; id: string }, other: { order: string; id: string }): number =>
  one.order < other.order ? -1 : one.order > other.order ? 1 : one.id < other.id ? -1 : one.id > other.id ? 1 : 0

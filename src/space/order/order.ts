import { generateKeyBetween } from 'fractional-indexing'

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** The last digit of a run's keys. The library rejects keys that end in its zero digit. */
const LAST = 'V'

/** Three random digits; the last is never zero. */
const tail = (): string => {
  const [one = 0, two = 0, three = 0] = crypto.getRandomValues(new Uint32Array(3))
  return `${DIGITS[one % 62]}${DIGITS[two % 62]}${DIGITS[1 + (three % 61)]}`
}

/** A number in base 62, padded with zeros to `width` digits. */
const inDigits = (number: number, width = 1): string => {
  let digits = ''
  for (let rest = number; rest > 0; rest = Math.floor(rest / 62)) digits = `${DIGITS[rest % 62]}${digits}`
  return digits.padStart(width, '0')
}

/**
 * `count` order keys between two neighbours, compared by code units. A random suffix separates keys that two devices insert at one
 * position. The keys of a run are numbered after one common suffix, so that two runs never interleave.
 * @param after the key before the gap, undefined at the start
 * @param before the key after the gap, undefined at the end
 */
export const orderKeys = (count: number, after?: string, before?: string): string[] => {
  const end = tail()
  let key = generateKeyBetween(after, before)
  // A key just below its neighbour could exceed it once it is lengthened; closer to the neighbour there is room.
  while (before !== undefined && (key + end > before || before.startsWith(key + end))) key = generateKeyBetween(key, before)
  if (count === 1) return [key + end]
  const { length } = inDigits(count - 1)
  return Array.from({ length: count }, (_, index) => `${key}${end}${inDigits(index, length)}${LAST}`)
}

/** Characters. A neighbour with a longer key gets a new key when an item is placed next to it. */
const LONGEST = 50
/** Characters. Renewal continues up to the first key that is not longer, so that the next renewal is far away. */
const SHORT = 25
/** Maximum number of long keys that one placement renews, so that it does not rewrite a whole table. */
export const MOST_RENEWED = 1_000

/** Whether a key fits between two neighbours without being too long and without new keys for the neighbours. */
export const fitsBetween = (after = '', before?: string): boolean =>
  before === undefined || (after < before && Math.max(after.length, before.length) <= LONGEST)

/**
 * A key for a position in a sorted list, and new keys for the following items whose keys equal the previous one or are too long.
 * @param after the key in front of the position, undefined at the start
 * @param following the keys after the position
 * @returns `renewed` has the new keys of the first following items
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

import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing'

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Three random digits, the last never zero: the library refuses keys that end in its zero digit. */
const tail = (): string => {
  const [one = 0, two = 0, three = 0] = crypto.getRandomValues(new Uint32Array(3))
  return `${DIGITS[one % 62]}${DIGITS[two % 62]}${DIGITS[1 + (three % 61)]}`
}

/**
 * `count` order keys between two neighbours, compared by code units. The random tail, one for a whole run, keeps apart
 * what two devices insert at one place.
 * @param after the key before the gap, undefined at the start
 * @param before the key behind the gap, undefined at the end
 */
export const orderKeys = (count: number, after?: string, before?: string): string[] => {
  const end = tail()
  return (count === 1 ? [generateKeyBetween(after, before)] : generateNKeysBetween(after, before, count)).map((key) => {
    const longer = key + end
    // A key just below its neighbour may pass it once lengthened; then the bare one stands.
    return before === undefined || longer < before ? longer : key
  })
}

/** Compares by order key, then by id, both by code units. */
export const byOrder = (one: { order: string; id: string }, other: { order: string; id: string }): number =>
  one.order < other.order ? -1 : one.order > other.order ? 1 : one.id < other.id ? -1 : one.id > other.id ? 1 : 0

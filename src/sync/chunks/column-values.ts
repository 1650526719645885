import { Reader } from './reader.ts'

/** Returns the next row of a column; undefined for null and after the last row. */
export type NextRow<T> = () => T | undefined

/** Every row of a missing column is null. */
const empty = () => undefined

/** Reads a run-length encoded column. @param data undefined if the column is missing */
const runs = <T>(data: Uint8Array | undefined, value: (read: Reader) => T): NextRow<T> => {
  if (!data) return empty
  const read = new Reader(data)
  let left = 0
  let literal = false
  let current: T | undefined
  return () => {
    while (left === 0 && read.left > 0) {
      const count = read.int()
      literal = count < 0
      left = count === 0 ? read.uint() : Math.abs(count)
      current = count > 0 ? value(read) : undefined
    }
    if (left === 0) return undefined
    left -= 1
    return literal ? value(read) : current
  }
}

export const unsigned = (data: Uint8Array | undefined): NextRow<number> => runs(data, (read) => read.uint())

/** Reads strings as UTF-8 bytes. */
export const texts = (data: Uint8Array | undefined): NextRow<Uint8Array> => runs(data, (read) => read.bytes(read.uint()))

/** Reads delta-encoded numbers. */
export const deltas = (data: Uint8Array | undefined): NextRow<number> => {
  if (!data) return empty
  const next = runs(data, (read) => read.int())
  let sum = 0
  return () => {
    const step = next()
    if (step === undefined) return undefined
    sum += step
    return sum
  }
}

/** Reads booleans, encoded as alternating run lengths of false and true. Returns false after the last row. */
export const truths = (data: Uint8Array | undefined): (() => boolean) => {
  if (!data) return () => false
  const read = new Reader(data)
  let truth = true
  let left = 0
  return () => {
    while (left === 0 && read.left > 0) {
      truth = !truth
      left = read.uint()
    }
    if (left === 0) return false
    left -= 1
    return truth
  }
}

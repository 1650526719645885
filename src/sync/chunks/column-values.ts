import { Reader } from './reader.ts'

/** Gives the next row of a column; undefined where it holds nothing, and behind its last row. */
export type NextRow<T> = () => T | undefined

/** Of a column that a change does not have, every row is empty. */
const empty = () => undefined

/** A column of runs. @param data undefined when a change has no such column */
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

/** Texts as their bytes. */
export const texts = (data: Uint8Array | undefined): NextRow<Uint8Array> => runs(data, (read) => read.bytes(read.uint()))

/** Numbers that are written as what each adds to the one before. */
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

/** Truth values: counts of false and true take turns. False behind the last row. */
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

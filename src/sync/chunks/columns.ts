import { GateError } from '../errors.ts'
import { Reader } from './reader.ts'

/** Reads a list with a length prefix. @throws {GateError} `garbled` if it claims more items than there are bytes */
export const list = <T>(read: Reader, item: (read: Reader) => T): T[] => {
  const count = read.uint()
  // Each item has at least one byte.
  if (count > read.left) throw new GateError('garbled', `A chunk claims a list of ${count} and has ${read.left} bytes left.`)
  return Array.from({ length: count }, () => item(read))
}

/** Returns `value` if it is within `limit`. @throws {GateError} `too-large` */
export const limited = (value: number, limit: number, what: string): number => {
  if (value > limit)
    throw new GateError(
      'too-large',
      `A chunk has at most ${limit.toLocaleString('en')} ${what}, got ${value.toLocaleString('en')}.`,
    )
  return value
}

/** The column of raw values, which has no rows. */
const VALUES = 7

/**
 * Counts the rows of a column without expanding runs.
 * @param type 0 group, 1 actor, 2 unsigned, 3 delta, 4 boolean, 5 string, 6 length of value, 7 values
 * @param limit maximum rows of the column, and maximum sum of the values of a group column
 * @throws {GateError} `too-large`, `garbled`
 */
export const countRows = (type: number, data: Uint8Array, limit: number): number => {
  if (type === VALUES) return 0
  const read = new Reader(data)
  let rows = 0
  let sum = 0
  const take = (count: number) => {
    rows = limited(rows + count, limit, 'rows of a column')
  }
  const value = (times: number) => {
    if (type === 5) read.bytes(read.uint())
    else if (type === 3) read.int()
    else {
      const number = read.uint()
      // The value of a group column is the number of rows in the following columns that belong to this row.
      if (type === 0) sum = limited(sum + number * times, limit, 'predecessors')
    }
  }
  while (read.left > 0) {
    if (type === 4) {
      take(read.uint())
      continue
    }
    const run = read.int()
    if (run === 0) take(read.uint())
    else if (run > 0) {
      take(run)
      value(run)
    } else {
      take(-run)
      for (let index = 0; index < -run; index++) value(1)
    }
  }
  return rows
}

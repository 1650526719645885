import { toHex } from '../bytes/encoding.ts'
import { GateError } from './errors.ts'
import { type Reader, reader } from './reader.ts'

/** What a change says of itself before its operations are looked at. */
export interface ChangeHead {
  /** Hashes in hexadecimal. */
  readonly dependencies: readonly string[]
  readonly actor: string
  readonly sequence: number
  readonly startOperation: number
  /** Operations, as its columns have rows. */
  readonly operations: number
}

/** Rows of any column, and predecessors in all. */
export const OPERATION_LIMIT = 200_000

/** Columns of a change, by Automerge's format (github.com/automerge/binary-format-spec): id × 16 + type. */
const COLUMNS: ReadonlyMap<number, string> = new Map([
  [0x01, 'object actor'],
  [0x02, 'object counter'],
  [0x11, 'key actor'],
  [0x13, 'key counter'],
  [0x15, 'key string'],
  [0x34, 'insert'],
  [0x42, 'action'],
  [0x56, 'value length'],
  [0x57, 'value'],
  [0x70, 'predecessor count'],
  [0x71, 'predecessor actor'],
  [0x73, 'predecessor counter'],
  [0x94, 'expand'],
  [0xa5, 'mark name'],
])
const ACTION = 0x42
const VALUE = 0x57
const COMPRESSED = 0x08

/**
 * Reads the head of a change and counts the rows of its columns without unfolding a run: 113 bytes can claim millions.
 * @throws {GateError} `garbled`, `too-large`, `not-canonical`
 */
export const readChangeHead = (body: Uint8Array): ChangeHead => {
  const read = reader(body)
  const dependencies = list(read, (each) => toHex(each.bytes(32)))
  const actor = toHex(read.bytes(limited(read.uint(), 64, 'bytes of an actor')))
  const sequence = read.uint()
  const startOperation = read.uint()
  read.int()
  read.bytes(limited(read.uint(), 4096, 'bytes of a message'))
  list(read, (each) => each.bytes(limited(each.uint(), 64, 'bytes of an actor')))
  const columns = list(read, (each) => ({ type: each.uint(), length: each.uint() }))
  let operations = 0
  let before = -1
  for (const { type, length } of columns) {
    if (type & COMPRESSED || !COLUMNS.has(type))
      throw new GateError('garbled', `A change has a column of the type 0x${type.toString(16)}, which is not known.`)
    if (type <= before) throw new GateError('not-canonical', 'The columns of a change are out of order.')
    before = type
    const data = read.bytes(length)
    if (type === VALUE) continue
    const rows = countRows(type & 7, data)
    limited(rows, OPERATION_LIMIT, `rows of the column "${COLUMNS.get(type)}"`)
    if (type === ACTION) operations = rows
  }
  if (read.left > 0) throw new GateError('garbled', `A change has ${read.left} bytes behind its columns, which are not known.`)
  return { dependencies, actor, sequence, startOperation, operations }
}

const list = <T>(read: Reader, item: (read: Reader) => T): T[] => {
  const count = read.uint()
  // Every item takes a byte at least.
  if (count > read.left) throw new GateError('garbled', `A change claims a list of ${count} and has ${read.left} bytes left.`)
  return Array.from({ length: count }, () => item(read))
}

const limited = (value: number, limit: number, what: string): number => {
  if (value > limit)
    throw new GateError(
      'too-large',
      `A change has at most ${limit.toLocaleString('en')} ${what}, got ${value.toLocaleString('en')}.`,
    )
  return value
}

/** Types of columns: 0 group, 1 actor, 2 unsigned, 3 delta, 4 boolean, 5 string, 6 length of value. */
const countRows = (type: number, data: Uint8Array): number => {
  const read = reader(data)
  let rows = 0
  let sum = 0
  const take = (count: number) => {
    rows = limited(rows + count, OPERATION_LIMIT, 'rows of a column')
  }
  const value = (times: number) => {
    if (type === 5) read.bytes(read.uint())
    else if (type === 3) read.int()
    else {
      const number = read.uint()
      // A group's value says how many rows of the columns behind it belong to this one.
      if (type === 0) sum = limited(sum + number * times, OPERATION_LIMIT, 'predecessors')
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

import { isBehind, toHex } from '../../bytes/encoding.ts'
import { GateError } from '../errors.ts'
import { countRows, limited, list } from './columns.ts'
import { Reader } from './reader.ts'

/** The head of a change, without its operations. */
export interface ChangeHead {
  /** Hashes in hexadecimal. */
  readonly dependencies: readonly string[]
  readonly actor: string
  /** Actors that its operations refer to by index; its own actor is first. */
  readonly actors: readonly string[]
  readonly sequence: number
  readonly startOperation: number
  /** Number of operations, counted from the rows of its columns. */
  readonly operations: number
  /** Column data by name. */
  readonly columns: ReadonlyMap<ColumnName, Uint8Array>
}

/** Maximum bytes of an actor id and of a change's message. */
export const ACTOR_LIMIT = 64
export const MESSAGE_LIMIT = 4_096

/** Maximum rows of a column, and maximum predecessors of all operations together. */
export const OPERATION_LIMIT = 200_000

/** Columns of a change in Automerge's format (github.com/automerge/binary-format-spec): id × 16 + type. */
const COLUMNS = new Map([
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
] as const)
export type ColumnName = typeof COLUMNS extends Map<number, infer Name> ? Name : never
const COMPRESSED = 0x08

/**
 * Reads the head of a change and counts the rows of its columns without expanding runs: 113 bytes can claim millions of rows.
 * @throws {GateError} `garbled`, `too-large`, `not-canonical`
 */
export const readChangeHead = (body: Uint8Array): ChangeHead => {
  const read = new Reader(body)
  const dependencies = dependenciesOf(read)
  const actor = toHex(read.bytes(limited(read.uint(), ACTOR_LIMIT, 'bytes of an actor')))
  const sequence = read.uint()
  const startOperation = read.uint()
  read.int()
  read.bytes(limited(read.uint(), MESSAGE_LIMIT, 'bytes of a message'))
  const others = list(read, (each) => toHex(each.bytes(limited(each.uint(), ACTOR_LIMIT, 'bytes of an actor'))))
  const listed = list(read, (each) => ({ type: each.uint(), length: each.uint() }))
  const columns = new Map<ColumnName, Uint8Array>()
  let operations = 0
  let before = -1
  for (const { type, length } of listed) {
    const name = nameOf(type)
    if (type & COMPRESSED || name === undefined)
      throw new GateError('garbled', `A change has a column of the type 0x${type.toString(16)}, which is unknown.`)
    if (type <= before) throw new GateError('not-canonical', 'The columns of a change are out of order.')
    before = type
    const data = read.bytes(length)
    const rows = countRows(type & 7, data, OPERATION_LIMIT)
    columns.set(name, data)
    if (name === 'action') operations = rows
  }
  if (read.left > 0) throw new GateError('garbled', `A change has ${read.left} unknown bytes after its columns.`)
  return { dependencies, actor, actors: [actor, ...others], sequence, startOperation, operations, columns }
}

/** Sorted, as Automerge writes them. A repeated dependency would cost memory each time. */
const dependenciesOf = (read: Reader): string[] => {
  let before: Uint8Array | undefined
  return list(read, (each) => {
    const hash = each.bytes(32)
    if (before && !isBehind(hash, before))
      throw new GateError('not-canonical', 'The dependencies of a change are not sorted, or not distinct.')
    before = hash
    return toHex(hash)
  })
}

const nameOf = (type: number): ColumnName | undefined => (COLUMNS as ReadonlyMap<number, ColumnName>).get(type)

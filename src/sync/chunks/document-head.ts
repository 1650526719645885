import { toHex } from '../../bytes/encoding.ts'
import { GateError } from '../errors.ts'
import { deltas, unsigned } from './column-values.ts'
import { countRows, list } from './columns.ts'
import { inflate } from './inflate.ts'
import { Reader } from './reader.ts'

/** Maximum inflated bytes of all columns together. */
export const COLUMNS_LIMIT = 512 * 1024 * 1024
/** Maximum rows of a column. One million rows use about 0.4 GB in an open document, and WebAssembly memory is limited to 4 GB. */
const ROW_LIMIT = 16_000_000
/**
 * Maximum rows of a document: a base plus a number per byte. Tables of 35,000 and 100,000 records have less than one row per byte;
 * a crafted document of 100 bytes can claim billions.
 */
const ROWS_PER_BYTE = 32
const BASE_ROWS = 200_000

/** Bytes of a chunk's signature, checksum and type. The length and the body follow. */
const HEAD = 9
const COMPRESSED = 0x08

/** Columns of the changes of a document in Automerge's format: id × 16 + type. */
const OF_CHANGES = new Map([
  [0x01, 'actor'],
  [0x03, 'sequence'],
  [0x13, 'greatest operation'],
  [0x23, 'time'],
  [0x35, 'message'],
  [0x40, 'dependency count'],
  [0x43, 'dependency'],
  [0x56, 'extra length'],
  [0x57, 'extra'],
] as const)
/** Columns of the operations of a document. */
const OF_OPERATIONS = new Map([
  [0x01, 'object actor'],
  [0x02, 'object counter'],
  [0x11, 'key actor'],
  [0x13, 'key counter'],
  [0x15, 'key string'],
  [0x21, 'actor'],
  [0x23, 'counter'],
  [0x34, 'insert'],
  [0x42, 'action'],
  [0x56, 'value length'],
  [0x57, 'value'],
  [0x80, 'successor count'],
  [0x81, 'successor actor'],
  [0x83, 'successor counter'],
  [0x94, 'expand'],
  [0xa5, 'mark name'],
] as const)
type NameIn<Columns> = Columns extends Map<number, infer Name> ? Name : never

/** An inflated column. */
export interface Column {
  readonly data: Uint8Array
  readonly rows: number
}

/** The counted columns of a whole document. Plain data, so that it can be posted to a worker. */
export interface DocumentColumns {
  /** Hexadecimal. */
  readonly actors: readonly string[]
  readonly ofChanges: ReadonlyMap<NameIn<typeof OF_CHANGES>, Column>
  readonly ofOperations: ReadonlyMap<NameIn<typeof OF_OPERATIONS>, Column>
}

/**
 * Splits a whole document into columns and counts its rows before Automerge parses it.
 * @param limit maximum inflated bytes of all columns together
 * @throws {GateError} `too-large`, `garbled`, `not-canonical`
 */
export const readDocument = async (chunk: Uint8Array, limit = COLUMNS_LIMIT): Promise<DocumentColumns> => {
  const read = new Reader(chunk.subarray(HEAD))
  read.uint()
  const actors = list(read, (each) => toHex(each.bytes(each.uint())))
  // Automerge accepts a duplicate actor, but then the saved document never loads again. A different order changes conflict winners.
  if (actors.some((actor, at) => at > 0 && actor <= (actors[at - 1] ?? '')))
    throw new GateError('not-canonical', 'The actors of a document are not sorted, or not distinct.')
  const heads = list(read, (each) => each.bytes(32))
  const [listedOfChanges, listedOfOperations] = [columnsOf(read, OF_CHANGES), columnsOf(read, OF_OPERATIONS)]
  const rowLimit = Math.min(ROW_LIMIT, BASE_ROWS + chunk.length * ROWS_PER_BYTE)
  let left = limit
  const counted = async <Name>(listed: readonly Listed<Name>[]): Promise<Map<Name, Column>> => {
    const columns = new Map<Name, Column>()
    for (const { name, type, length } of listed) {
      const stored = read.bytes(length)
      const data = type & COMPRESSED ? await inflate(stored, left) : stored
      left -= data.length
      if (left < 0)
        throw new GateError('too-large', `The columns of a document have more than ${limit.toLocaleString('en')} bytes.`)
      columns.set(name, { data, rows: countRows(type & 7, data, rowLimit) })
    }
    return columns
  }
  const ofChanges = await counted(listedOfChanges)
  const ofOperations = await counted(listedOfOperations)
  // The index of each head follows the columns; documents of older versions omit it.
  if (read.left > 0) for (const _ of heads) read.uint()
  if (read.left > 0) throw new GateError('garbled', `A document has ${read.left} unknown bytes after its columns.`)
  if (ofOperations.size === 0 && ofChanges.size === 0) throw new GateError('garbled', 'A document has no columns.')
  const claimed = operationsOf(ofChanges)
  const most = rowsOf(ofOperations, 'action') + rowsOf(ofOperations, 'successor actor')
  if (claimed > most)
    throw new GateError('too-large', `The changes of a document claim ${claimed} operations; it has at most ${most}.`)
  return { actors, ofChanges, ofOperations }
}

const rowsOf = <Name>(columns: ReadonlyMap<Name, Column>, name: Name): number => columns.get(name)?.rows ?? 0

/**
 * Counts the operations that the changes claim. Automerge allocates memory for all of them before it reads any, and 100 bytes can
 * claim gigabytes.
 */
const operationsOf = (ofChanges: DocumentColumns['ofChanges']): number => {
  const changes = rowsOf(ofChanges, 'actor')
  const greatest = deltas(ofChanges.get('greatest operation')?.data)
  const counts = unsigned(ofChanges.get('dependency count')?.data)
  const dependencies = deltas(ofChanges.get('dependency')?.data)
  const last = new Float64Array(changes)
  let operations = 0
  for (let change = 0; change < changes; change++) {
    let past = 0
    for (let left = counts() ?? 0; left > 0; left--) past = Math.max(past, last[dependencies() ?? -1] ?? 0)
    last[change] = greatest() ?? 0
    operations += Math.max(0, (last[change] ?? 0) - past)
  }
  return operations
}

interface Listed<Name> {
  readonly name: Name
  readonly type: number
  readonly length: number
}

const columnsOf = <Name>(read: Reader, known: ReadonlyMap<number, Name>): Listed<Name>[] => {
  let before = -1
  return list(read, (each) => {
    const [type, length] = [each.uint(), each.uint()]
    const plain = type & ~COMPRESSED
    const name = known.get(plain)
    if (name === undefined)
      throw new GateError('garbled', `A document has a column of the type 0x${type.toString(16)}, which is unknown.`)
    if (plain <= before) throw new GateError('not-canonical', 'The columns of a document are out of order.')
    before = plain
    return { name, type, length }
  })
}

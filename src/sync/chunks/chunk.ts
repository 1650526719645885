import { concat, equalBytes, toHex } from '../../bytes/encoding.ts'
import { sha256 } from '../../bytes/hash.ts'
import { GateError } from '../errors.ts'
import { inflate } from './inflate.ts'
import { Reader } from './reader.ts'

/** The start of every chunk that Automerge writes. */
const MAGIC = Uint8Array.of(0x85, 0x6f, 0x4a, 0x83)
const CHECKSUM = 4
const DOCUMENT = 0
const CHANGE = 1
const COMPRESSED = 2

/** Maximum inflated bytes of one change. */
export const CHANGE_LIMIT = 4 * 1024 * 1024

/**
 * Maximum inflated bytes of all changes of one message, which are in memory at the same time. An import of 300,000 records takes
 * 180 MB.
 */
export const INFLATED_LIMIT = 256 * 1024 * 1024

/** A whole document, or one change. */
export type Chunk =
  | { readonly kind: 'document'; readonly bytes: Uint8Array }
  /** `body` follows the head, inflated; `hash` (hexadecimal) is verified. */
  | { readonly kind: 'change'; readonly bytes: Uint8Array; readonly body: Uint8Array; readonly hash: string }

/**
 * Splits the changes of a sync message into chunks. Only the heads of chunks are parsed.
 * @param parts each has one or more chunks
 * @param limit maximum inflated bytes of all changes together
 * @throws {GateError} `garbled`, `too-large`, `bad-hash`
 */
export const readChunks = async (parts: readonly Uint8Array[], limit = INFLATED_LIMIT): Promise<Chunk[]> => {
  const chunks: Chunk[] = []
  let left = limit
  for (const part of parts) {
    for (let rest = part; rest.length > 0; ) {
      const read = await readChunk(rest, left)
      left -= read.inflated
      chunks.push(read.chunk)
      rest = rest.subarray(read.chunk.bytes.length)
    }
  }
  return chunks
}

/** Reads the first chunk of `rest`. @param left maximum inflated bytes of this chunk */
const readChunk = async (rest: Uint8Array, left: number): Promise<{ readonly chunk: Chunk; readonly inflated: number }> => {
  const { type, body, length, checksum } = readHead(rest)
  const bytes = rest.subarray(0, length)
  if (type === DOCUMENT) return { chunk: { kind: 'document', bytes }, inflated: 0 }
  const plain = type === COMPRESSED ? await inflate(body, Math.min(CHANGE_LIMIT, left)) : body
  if (plain.length > CHANGE_LIMIT) throw tooLarge(plain.length)
  if (plain.length > left)
    throw new GateError('too-large', `The changes of a message have more than ${INFLATED_LIMIT / 1024 / 1024} MiB.`)
  const hash = await sha256(concat(Uint8Array.of(CHANGE), uleb(plain.length), plain))
  if (!equalBytes(hash.subarray(0, CHECKSUM), checksum))
    throw new GateError('bad-hash', 'The checksum of a change does not match its bytes.')
  return { chunk: { kind: 'change', bytes, body: plain, hash: toHex(hash) }, inflated: plain.length }
}

const readHead = (bytes: Uint8Array) => {
  if (!equalBytes(bytes.subarray(0, 4), MAGIC))
    throw new GateError('garbled', 'The data does not begin with the signature of a chunk.')
  const checksum = bytes.subarray(4, 8)
  const type = bytes[8]
  if (type === undefined || type > COMPRESSED)
    throw new GateError('garbled', `A chunk has the type ${type}; only 0, 1 and 2 are known.`)
  const head = new Reader(bytes.subarray(9))
  const size = head.uint()
  if (type !== DOCUMENT && size > CHANGE_LIMIT) throw tooLarge(size)
  const body = head.bytes(size)
  return { type, checksum, body, length: 9 + head.at }
}

const tooLarge = (bytes: number) =>
  new GateError('too-large', `A change has at most ${CHANGE_LIMIT / 1024 / 1024} MiB, got ${(bytes / 1024 / 1024).toFixed(1)}.`)

const uleb = (value: number): Uint8Array => {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.of(...bytes, rest)
    bytes.push((rest % 128) | 128)
  }
}

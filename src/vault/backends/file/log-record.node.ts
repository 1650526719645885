import { crc32 } from 'node:zlib'
import type { Name } from '../backend.ts'

/**
 * The records of a log: `docs/formats/file-store.md`. Each has a head of fixed size, an index of stored and removed values, and the
 * values. Head, index and every value have their own checksum, so that damage can be attributed to a value.
 */

/** The digit is the version of the layout. */
export const MAGIC = Buffer.from('tessera1')
/** Magic 8, file id 8, sequence 6, length of the index 4, length of the values 6, checksum 4. */
export const HEAD_LENGTH = 36
export const ID_LENGTH = 8
const CHECKSUM_LENGTH = 4

const REMOVED = 0
const PUT = 1
const GAP = 2

/** One line of a record's index. */
export type Entry =
  | { readonly kind: 'removed'; readonly name: Name }
  /** `length` and `checksum` are those of the value. */
  | { readonly kind: 'put'; readonly name: Name; readonly length: number; readonly checksum: number }
  /** The number of records damaged so badly that not even their names are known. */
  | { readonly kind: 'gap'; readonly records: number }

export interface Head {
  readonly id: Buffer
  readonly sequence: number
  readonly indexLength: number
  readonly valuesLength: number
}

export const putEntry = (name: Name, value: Uint8Array): Entry => ({
  kind: 'put',
  name,
  length: value.length,
  checksum: crc32(value),
})

/** The bytes that an entry takes in a record's index. */
export const entryLength = (entry: Entry): number => {
  if (entry.kind === 'gap') return 5
  const name = entry.name.reduce((sum, part) => sum + 4 + part.length, 2)
  return 1 + name + (entry.kind === 'put' ? 10 : 0)
}

const writeEntry = (into: Buffer, start: number, entry: Entry): number => {
  if (entry.kind === 'gap') return into.writeUInt32BE(entry.records, into.writeUInt8(GAP, start))
  let at = into.writeUInt8(entry.kind === 'put' ? PUT : REMOVED, start)
  at = into.writeUInt16BE(entry.name.length, at)
  for (const part of entry.name) {
    at = into.writeUInt32BE(part.length, at)
    into.set(part, at)
    at += part.length
  }
  return entry.kind === 'put' ? into.writeUInt32BE(entry.checksum, into.writeUIntBE(entry.length, at, 6)) : at
}

/** Encodes head and index of a record. The values follow in the order of the entries. */
export const encodeRecord = (id: Uint8Array, sequence: number, entries: readonly Entry[]): Buffer => {
  const indexLength = entries.reduce((sum, entry) => sum + entryLength(entry), CHECKSUM_LENGTH)
  const valuesLength = entries.reduce((sum, entry) => sum + (entry.kind === 'put' ? entry.length : 0), 0)
  const bytes = Buffer.alloc(HEAD_LENGTH + indexLength)
  MAGIC.copy(bytes)
  bytes.set(id, 8)
  bytes.writeUIntBE(sequence, 16, 6)
  bytes.writeUInt32BE(indexLength, 22)
  bytes.writeUIntBE(valuesLength, 26, 6)
  bytes.writeUInt32BE(crc32(bytes.subarray(0, HEAD_LENGTH - CHECKSUM_LENGTH)), HEAD_LENGTH - CHECKSUM_LENGTH)
  let at = HEAD_LENGTH
  for (const entry of entries) at = writeEntry(bytes, at, entry)
  bytes.writeUInt32BE(crc32(bytes.subarray(HEAD_LENGTH, at)), at)
  return bytes
}

/** Decodes a head; undefined if it is invalid or damaged. */
export const decodeHead = (bytes: Buffer): Head | undefined => {
  if (bytes.length < HEAD_LENGTH || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined
  const end = HEAD_LENGTH - CHECKSUM_LENGTH
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32BE(end)) return undefined
  return {
    id: Buffer.from(bytes.subarray(8, 8 + ID_LENGTH)),
    sequence: bytes.readUIntBE(16, 6),
    indexLength: bytes.readUInt32BE(22),
    valuesLength: bytes.readUIntBE(26, 6),
  }
}

/** Decodes an index; undefined if it is damaged. */
export const decodeIndex = (bytes: Buffer): Entry[] | undefined => {
  const end = bytes.length - CHECKSUM_LENGTH
  if (end < 0 || crc32(bytes.subarray(0, end)) !== bytes.readUInt32BE(end)) return undefined
  const entries: Entry[] = []
  for (let at = 0; at < end; ) {
    const kind = bytes.readUInt8(at)
    if (kind === GAP) {
      entries.push({ kind: 'gap', records: bytes.readUInt32BE(at + 1) })
      at += 5
      continue
    }
    const parts = bytes.readUInt16BE(at + 1)
    at += 3
    const name: Uint8Array[] = []
    for (let part = 0; part < parts; part++) {
      const length = bytes.readUInt32BE(at)
      name.push(bytes.subarray(at + 4, at + 4 + length))
      at += 4 + length
    }
    if (kind === PUT) {
      entries.push({ kind: 'put', name, length: bytes.readUIntBE(at, 6), checksum: bytes.readUInt32BE(at + 6) })
      at += 10
    } else entries.push({ kind: 'removed', name })
  }
  return entries
}

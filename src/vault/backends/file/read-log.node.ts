import { crc32 } from 'node:zlib'
import type { OpenFile } from './file-layer.ts'
import { decodeHead, decodeIndex, type Entry, HEAD_LENGTH, type Head, MAGIC } from './log-record.node.ts'

/** Bytes read at once. */
export const READ_AHEAD = 1 << 20

/** A record: its entries, and the position of the first value. */
export interface ReadRecord {
  readonly entries: readonly Entry[]
  readonly valuesAt: number
}

/** The state at the end of a log. */
export interface LogEnd {
  /** Undefined if the log contains no complete record. */
  readonly last: { readonly head: Head; readonly isMark: boolean } | undefined
  /** The number of the next record. */
  readonly sequence: number
  /** Data after this position is an interrupted write, and must be cut off. */
  readonly end: number
}

/** Reads bytes of a file with read-ahead; the result is valid until the next call. */
export const readerOf = (file: OpenFile, size: number) => {
  let held: Buffer = Buffer.alloc(0)
  let from = 0
  /** Returns fewer than `length` bytes at the end of the file. */
  return async (at: number, length: number): Promise<Buffer> => {
    const wanted = Math.max(0, Math.min(length, size - at))
    if (at < from || at + wanted > from + held.length) {
      const read = await file.read(Math.min(Math.max(wanted, READ_AHEAD), size - at), at)
      held = Buffer.from(read.buffer, read.byteOffset, read.length)
      from = at
    }
    return held.subarray(at - from, at - from + wanted)
  }
}

export type Reader = ReturnType<typeof readerOf>

/** The checksum of a range of the file, of any size. */
export const checksumAt = async (read: Reader, at: number, length: number): Promise<number> => {
  let checksum = 0
  for (let done = 0; done < length; ) {
    const bytes = await read(at + done, Math.min(READ_AHEAD, length - done))
    if (bytes.length === 0) break
    checksum = crc32(bytes, checksum)
    done += bytes.length
  }
  return checksum
}

const areValuesWhole = async (read: Reader, { entries, valuesAt }: ReadRecord): Promise<boolean> => {
  let at = valuesAt
  for (const entry of entries) {
    if (entry.kind !== 'put') continue
    if ((await checksumAt(read, at, entry.length)) !== entry.checksum) return false
    at += entry.length
  }
  return true
}

/**
 * Reads a log from its beginning. Only the last record can be unacknowledged, so damage there cuts it off. Damage before it is a
 * gap. Values are verified only in the last record.
 * @param take receives the records in order; a gap is a record with one entry
 */
export const readLog = async (
  read: Reader,
  size: number,
  take: (record: ReadRecord) => Promise<void> | void,
): Promise<LogEnd> => {
  let last: LogEnd['last']
  let at = 0

  const follows = (head: Head): boolean => !last || (head.id.equals(last.head.id) && head.sequence > last.head.sequence)

  const headAt = async (position: number): Promise<Head | undefined> => {
    const head = decodeHead(await read(position, HEAD_LENGTH))
    return head && follows(head) ? head : undefined
  }

  /** The position of the next valid head; undefined if there is none. */
  const nextHead = async (start: number): Promise<number | undefined> => {
    for (let from = start; from < size; ) {
      const bytes = await read(from, READ_AHEAD)
      const found = bytes.indexOf(MAGIC)
      if (found === -1) {
        if (from + bytes.length >= size) return undefined
        from += bytes.length - MAGIC.length + 1
        continue
      }
      if (await headAt(from + found)) return from + found
      from += found + 1
    }
    return undefined
  }

  const missing = async (head: Head, wasSkipped: boolean): Promise<void> => {
    // A log may begin with any number, so the number of records lost at its beginning is unknown.
    const records = last ? head.sequence - last.head.sequence - 1 : 0
    if (records > 0 || wasSkipped) await take({ entries: [{ kind: 'gap', records: Math.max(1, records) }], valuesAt: 0 })
  }

  let sequence = 0
  let skipped = false
  while (at < size) {
    const head = await headAt(at)
    if (!head) {
      const next = await nextHead(at + 1)
      if (next === undefined) break
      skipped = true
      at = next
      continue
    }
    const valuesAt = at + HEAD_LENGTH + head.indexLength
    const end = valuesAt + head.valuesLength
    const isLast = end >= size
    const entries = decodeIndex(await read(at + HEAD_LENGTH, head.indexLength))
    const record = entries && { entries, valuesAt }
    sequence = head.sequence
    await missing(head, skipped)
    if (isLast && (end > size || !record || !(await areValuesWhole(read, record)))) break
    await take(record ?? { entries: [{ kind: 'gap', records: 1 }], valuesAt: 0 })
    last = { head, isMark: entries?.length === 0 }
    sequence = head.sequence + 1
    at = end
    skipped = false
  }
  return { last, sequence, end: at }
}

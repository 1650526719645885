import type { OpenFile } from './file-layer.ts'
import { type Entry, encodeRecord } from './log-record.node.ts'

/** Bytes that are joined for one write; what is larger is written as it is. */
const JOINED = 1 << 20

/** A log to which records are added. One call at a time. */
export interface LogFile {
  readonly file: OpenFile
  readonly id: Uint8Array
  /** Bytes of it that count. */
  end(): number
  /** The number of the next record. */
  sequence(): number
  /** Whether the last record is an empty one, by which damage in those before it is told from a write that was cut short. */
  isMarked(): boolean
  /** Writes a record without waiting for the disk. @returns where its values begin */
  put(entries: readonly Entry[], values: readonly Uint8Array[]): Promise<number>
  /** The same, and it survives a power cut; when this throws, nothing of it is there. */
  append(entries: readonly Entry[], values: readonly Uint8Array[]): Promise<number>
  /** Keeps the file open until what is given back was called, even when it is retired meanwhile. */
  hold(): () => Promise<void>
  /** Closes the file when nobody holds it any more. */
  retire(): Promise<void>
}

const joined = function* (parts: readonly Uint8Array[]): Generator<Uint8Array> {
  let small: Uint8Array[] = []
  let length = 0
  for (const part of parts) {
    if (length > 0 && length + part.length > JOINED) {
      yield Buffer.concat(small)
      small = []
      length = 0
    }
    small.push(part)
    length += part.length
  }
  if (length > 0) yield small.length === 1 && small[0] ? small[0] : Buffer.concat(small)
}

export const logFile = (
  file: OpenFile,
  id: Uint8Array,
  start: { readonly sequence: number; readonly end: number; readonly isMarked: boolean },
): LogFile => {
  let { sequence, end, isMarked } = start
  let hasRemains = false
  let holders = 1

  const put = async (entries: readonly Entry[], values: readonly Uint8Array[]): Promise<number> => {
    const index = encodeRecord(id, sequence, entries)
    let at = end
    for (const bytes of joined([index, ...values])) {
      await file.write(bytes, at)
      at += bytes.length
    }
    const valuesAt = end + index.length
    sequence++
    end = at
    isMarked = entries.length === 0
    return valuesAt
  }

  /** After a failed fsync the system may have forgotten what was not written: only what stood before is sure. */
  const cutRemains = async (): Promise<void> => {
    if (!hasRemains) return
    await file.truncate(end)
    await file.fsync()
    hasRemains = false
  }

  const release = async (): Promise<void> => {
    holders--
    if (holders === 0) await file.close()
  }

  return {
    file,
    id,
    end: () => end,
    sequence: () => sequence,
    isMarked: () => isMarked,
    put,
    async append(entries, values) {
      await cutRemains()
      const before = { sequence, end, isMarked }
      try {
        const valuesAt = await put(entries, values)
        await file.fsync()
        return valuesAt
      } catch (error) {
        ;({ sequence, end, isMarked } = before)
        hasRemains = true
        // If they cannot be cut off now, the next write does it first, or fails.
        await cutRemains().catch(() => undefined)
        throw error
      }
    },
    hold() {
      holders++
      return release
    },
    retire: release,
  }
}

import { VaultError } from '../../errors.ts'
import type { FileState, OpenFile } from './file-layer.ts'
import { type Entry, encodeRecord } from './log-record.node.ts'

/** Values up to this many bytes in all are joined for one write. */
const JOINED = 1 << 20

/** A log that records are appended to. Calls must not overlap. */
export interface LogFile {
  readonly file: OpenFile
  readonly id: Uint8Array
  /** The length of the valid part. */
  end(): number
  /** The number of the next record. */
  sequence(): number
  /** Whether the last record is a mark: an empty record that distinguishes later damage from an interrupted write. */
  isMarked(): boolean
  /** Writes a record without waiting for the disk. @returns the position of its values */
  put(entries: readonly Entry[], values: readonly Uint8Array[]): Promise<number>
  /** Like `put`, but durable; if it throws, nothing was written. */
  append(entries: readonly Entry[], values: readonly Uint8Array[]): Promise<number>
  /** @throws {VaultError} `in-use` if another process wrote to the log or replaced it */
  checkOwn(): Promise<void>
  /** Keeps the file open until the returned function is called, even after `retire`. */
  hold(): () => Promise<void>
  /** Closes the file once nobody holds it. */
  retire(): Promise<void>
}

const lengthOf = (...parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0)

const changedBehind = (what: string): VaultError =>
  new VaultError(
    'in-use',
    `Another program has changed the profile's log since this one opened it. ${what}. Nothing was written, so that nothing gets lost. ` +
      'Let one program at a time use the folder, then start this one again.',
  )

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

/**
 * @param stateAtPath the state of the file that has the log's name now
 */
export const logFile = (
  file: OpenFile,
  id: Uint8Array,
  start: { readonly sequence: number; readonly end: number; readonly isMarked: boolean },
  stateAtPath: () => Promise<FileState | undefined>,
): LogFile => {
  let { sequence, end, isMarked } = start
  let hasRemains = false
  /** The end of the remains of a failed write. */
  let remainsEnd = end
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

  /** After a failed fsync the system may have dropped unwritten data, so only earlier records are certain. */
  const cutRemains = async (): Promise<void> => {
    if (!hasRemains) return
    await file.truncate(end)
    await file.fsync()
    hasRemains = false
  }

  const checkOwn = async (): Promise<void> => {
    const [own, named] = await Promise.all([file.state(), stateAtPath()])
    if (named === undefined || named.id !== own.id)
      throw changedBehind(named === undefined ? 'It was removed or renamed' : 'Another file has its name now')
    const most = hasRemains ? Math.max(end, remainsEnd) : end
    if (own.size < end || own.size > most) throw changedBehind(`It had ${end} bytes and now has ${own.size}`)
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
    checkOwn,
    async append(entries, values) {
      await checkOwn()
      await cutRemains()
      const before = { sequence, end, isMarked }
      try {
        const valuesAt = await put(entries, values)
        await file.fsync()
        return valuesAt
      } catch (error) {
        remainsEnd = before.end + lengthOf(encodeRecord(id, before.sequence, entries), ...values)
        ;({ sequence, end, isMarked } = before)
        hasRemains = true
        // If the remains cannot be removed now, the next write retries or fails.
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

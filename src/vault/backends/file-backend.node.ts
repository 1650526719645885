import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { randomBytes } from '../../bytes/encoding.ts'
import { VaultError } from '../errors.ts'
import type { Backend, Name, Write } from './backend.ts'
import type { FileLayer, OpenFile } from './file/file-layer.ts'
import { type LogFile, logFile } from './file/log-file.node.ts'
import { type Entry, entryLength, ID_LENGTH, MAGIC, putEntry } from './file/log-record.node.ts'
import { nameTree } from './file/name-tree.ts'
import { nodeFileLayer } from './file/node-file-layer.node.ts'
import { readerOf, readLog } from './file/read-log.node.ts'
import { codeOf } from './file/system-error.node.ts'

/** Values up to here (bytes) are kept in memory; larger ones are read when they are asked for. */
const SMALL = 4096
/** A log of fewer bytes is not worth writing anew. */
const COMPACTED_FROM = 256 * 1024
/** Bytes of values that go into one record of a log written anew, unless one value has more. */
const COMPACTED_TOGETHER = 1 << 20
/** How far the log grows after it could not be written anew, before that is tried again. */
const GROWN_FOR_RETRY = 1.25

/** What was damaged behind the store's back. */
export type Damage =
  /** Its bytes are given as they lie there: the vault finds that they do not open, and knows whose they are. */
  | { readonly kind: 'value'; readonly name: Name }
  /** So many writes, of which not even the names can be read. */
  | { readonly kind: 'writes'; readonly count: number }

export interface FileBackend extends Backend {
  /** What is known by now: larger values are looked at when they are read. */
  damaged(): readonly Damage[]
}

export interface FileBackendOptions {
  /** Takes the folder over from a process that cannot be seen from here: in another container, or on another machine. */
  readonly takeOver?: boolean
  /** The file system; tests lay a forgetful one under it. */
  readonly layer?: FileLayer
}

/** A value, and where it lies in the log. */
interface Kept {
  /** Undefined when it is not small. */
  readonly bytes: Uint8Array | undefined
  readonly at: number
  readonly length: number
  readonly checksum: number
  /** Bytes of the log that it takes, with its name. */
  readonly cost: number
}

interface Waiting {
  readonly entries: readonly Entry[]
  /** Of the entries that put something, in their order. */
  readonly values: readonly Uint8Array[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Keeps everything in one log in a folder of its own: `docs/formats/file-store.md`.
 * @throws {VaultError} `in-use` when another process has the folder; `newer`; `storage-full`; `damaged` when nothing in the log can be read
 */
export const fileBackend = async (
  folder: string,
  { takeOver = false, layer = nodeFileLayer }: FileBackendOptions = {},
): Promise<FileBackend> => {
  await layer.makeFolder(folder)
  const unlock = await layer.lock(folder, takeOver)
  try {
    return await openStore(folder, layer, unlock)
  } catch (error) {
    await unlock()
    throw storageFull(folder, error) ?? error
  }
}

const openStore = async (folder: string, layer: FileLayer, unlock: () => Promise<void>): Promise<FileBackend> => {
  const path = join(folder, 'log')
  const nextPath = join(folder, 'log.new')
  const kept = nameTree<Kept>()
  const damagedNames = nameTree<true>()
  let damagedWrites = 0
  /** Bytes of the log that are still of use. */
  let live = 0
  let isFolderSynced = false
  let compactedFrom = COMPACTED_FROM
  const waiting: Waiting[] = []
  let flushing: Promise<void> | undefined
  let closing: Promise<void> | undefined

  const stateAtPath = () => layer.stateOf(path)

  const change = (name: Name, value: Kept | undefined): void => {
    const before = kept.set(name, value)
    damagedNames.set(name, undefined)
    live += (value?.cost ?? 0) - (before?.cost ?? 0)
  }

  const keep = (entry: Entry & { kind: 'put' }, at: number, bytes: Uint8Array | undefined): void => {
    const { name, length, checksum } = entry
    change(name, { bytes, at, length, checksum, cost: entryLength(entry) + length })
  }

  const loadLog = async (file: OpenFile): Promise<LogFile> => {
    const { size } = await file.state()
    const read = readerOf(file, size)
    refuseNewer(folder, await read(0, MAGIC.length))
    const { last, sequence, end } = await readLog(read, size, async ({ entries, valuesAt }) => {
      let at = valuesAt
      for (const entry of entries) {
        if (entry.kind === 'gap') damagedWrites += entry.records
        else if (entry.kind === 'removed') change(entry.name, undefined)
        else {
          const bytes = entry.length <= SMALL ? new Uint8Array(await read(at, entry.length)) : undefined
          keep(entry, at, bytes)
          if (bytes && crc32(bytes) !== entry.checksum) damagedNames.set(entry.name, true)
          at += entry.length
        }
      }
    })
    if (!last)
      throw new VaultError('damaged', `Nothing in ${path} can be read. Restore it from a copy, or pair this device again.`)
    if (end < size) await file.truncate(end)
    // What a killed process wrote is read from memory, and may not be on the disk yet.
    await file.fsync()
    return logFile(file, last.head.id, { sequence, end, isMarked: last.isMark }, stateAtPath)
  }

  const loadOrClose = async (file: OpenFile): Promise<LogFile> => {
    try {
      return await loadLog(file)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  const readValue = async (log: LogFile, name: Name, value: Kept): Promise<Uint8Array> => {
    if (value.bytes) return value.bytes.slice()
    const { length, checksum } = value
    const read = await log.file.read(length, value.at)
    const bytes = read.length === length ? read : new Uint8Array(length)
    if (bytes !== read) bytes.set(read)
    if (crc32(bytes) !== checksum && kept.get(name) === value) damagedNames.set(name, true)
    return bytes
  }

  /** Writes all that is kept into a new log and puts it in the place of the present one. */
  const writeAnew = async (from: LogFile | undefined): Promise<LogFile> => {
    await layer.unlink(nextPath)
    const next = logFile(
      await layer.create(nextPath),
      randomBytes(ID_LENGTH),
      {
        sequence: from?.sequence() ?? 0,
        end: 0,
        isMarked: false,
      },
      stateAtPath,
    )
    const moved: (readonly [Name, Kept])[] = []
    try {
      if (damagedWrites > 0) await next.put([{ kind: 'gap', records: damagedWrites }], [])
      const all = kept.under([])
      for (let first = 0; from && first < all.length; ) {
        const together: (readonly [Name, Kept, Uint8Array])[] = []
        for (let bytes = 0; bytes < COMPACTED_TOGETHER && first < all.length; first++) {
          const [name, value] = all[first] ?? []
          if (!name || !value || (bytes > 0 && bytes + value.length > COMPACTED_TOGETHER)) break
          together.push([name, value, await readValue(from, name, value)])
          bytes += value.cost
        }
        let at = await next.put(
          together.map(([name, { length, checksum }]) => ({ kind: 'put', name, length, checksum })),
          together.map(([, , bytes]) => bytes),
        )
        for (const [name, value] of together) {
          moved.push([name, { ...value, at }])
          at += value.length
        }
      }
      await next.put([], [])
      await next.file.fsync()
      await from?.checkOwn()
      await layer.rename(nextPath, path)
    } catch (error) {
      await next.retire()
      await layer.unlink(nextPath)
      throw error
    }
    isFolderSynced = false
    for (const [name, value] of moved) kept.set(name, value)
    return next
  }

  /** Until the folder is on the disk, a power cut may bring back the log that was there before. */
  const syncFolder = async (): Promise<void> => {
    if (!isFolderSynced) await layer.fsyncFolder(folder)
    isFolderSynced = true
  }

  const compact = async (): Promise<void> => {
    if (log.end() < compactedFrom || log.end() - live <= log.end() / 2) return
    try {
      const former = log
      log = await writeAnew(former)
      compactedFrom = COMPACTED_FROM
      await former.retire()
      await syncFolder()
    } catch {
      // Nothing is lost by it, and what keeps the next write from the disk is told to whoever writes.
      compactedFrom = log.end() * GROWN_FOR_RETRY
    }
  }

  const append = async (group: readonly Waiting[]): Promise<void> => {
    const entries = group.flatMap((each) => each.entries)
    const values = group.flatMap((each) => each.values)
    await syncFolder()
    let at = await log.append(entries, values)
    let next = 0
    for (const entry of entries) {
      if (entry.kind === 'removed') change(entry.name, undefined)
      if (entry.kind !== 'put') continue
      const bytes = entry.length <= SMALL ? values[next] : undefined
      keep(entry, at, bytes)
      at += entry.length
      next++
    }
  }

  const commit = async (group: readonly Waiting[]): Promise<void> => {
    try {
      await append(group)
      for (const { resolve } of group) resolve()
    } catch (error) {
      const told = storageFull(folder, error)
      // A big one does not take small ones with it.
      if (told && group.length > 1) for (const each of group) await commit([each])
      else for (const { reject } of group) reject(told ?? error)
    }
  }

  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      await commit(waiting.splice(0))
      await compact()
    }
    flushing = undefined
  }

  const mark = async (): Promise<void> => {
    if (log.isMarked()) return
    try {
      await syncFolder()
      await log.append([], [])
    } catch (error) {
      // A full disk keeps nobody from opening and closing; only the mark is missing.
      if (!storageFull(folder, error)) throw error
    }
  }

  const close = async (): Promise<void> => {
    await flushing
    try {
      await mark()
    } finally {
      await log.retire()
      await unlock()
    }
  }

  const refuseClosed = (): void => {
    if (closing) throw new VaultError('closed', `The store in ${folder} was closed. Open it again.`)
  }

  await layer.unlink(nextPath)
  const present = await layer.open(path)
  let log = present ? await loadOrClose(present) : await writeAnew(undefined)
  await syncFolder()
  await mark()

  return {
    async get(name) {
      refuseClosed()
      const value = kept.get(name)
      if (!value) return undefined
      const release = log.hold()
      try {
        return await readValue(log, name, value)
      } finally {
        await release()
      }
    },
    async range(prefix) {
      refuseClosed()
      const from = log
      const release = from.hold()
      try {
        const found: (readonly [Name, Uint8Array])[] = []
        for (const [name, value] of kept.under(prefix)) found.push([name, await readValue(from, name, value)])
        return found
      } finally {
        await release()
      }
    },
    async names(prefix) {
      refuseClosed()
      return kept.under(prefix).map(([name]) => name)
    },
    async write({ put, remove }: Write) {
      refuseClosed()
      const copies = put.map(([name, bytes]) => [name.map((part) => part.slice()), bytes.slice()] as const)
      const entries: Entry[] = [
        ...remove.map((name) => ({ kind: 'removed', name: name.map((part) => part.slice()) }) as const),
        ...copies.map(([name, bytes]) => putEntry(name, bytes)),
      ]
      await new Promise<void>((resolve, reject) => {
        waiting.push({ entries, values: copies.map(([, bytes]) => bytes), resolve, reject })
        flushing ??= Promise.resolve().then(flush)
      })
    },
    close: () => {
      closing ??= close()
      return closing
    },
    damaged: () => [
      ...damagedNames.under([]).map(([name]) => ({ kind: 'value', name }) as const),
      ...(damagedWrites > 0 ? [{ kind: 'writes', count: damagedWrites } as const] : []),
    ],
  }
}

const refuseNewer = (folder: string, start: Buffer): void => {
  const versionAt = MAGIC.length - 1
  const isOurs = start.length === MAGIC.length && start.subarray(0, versionAt).equals(MAGIC.subarray(0, versionAt))
  if (isOurs && (start[versionAt] ?? 0) > (MAGIC[versionAt] ?? 0))
    throw new VaultError('newer', `The store in ${folder} was written by a newer version of this program. Update it.`)
}

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT'])

const storageFull = (folder: string, error: unknown): VaultError | undefined =>
  NO_ROOM.has(codeOf(error) ?? '')
    ? new VaultError('storage-full', `The disk has no room left in ${folder}. Free some space, then try again.`, { cause: error })
    : undefined

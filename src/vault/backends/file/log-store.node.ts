import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { randomBytes } from '../../../bytes/encoding.ts'
import { VaultError } from '../../errors.ts'
import type { Name } from '../backend.ts'
import type { FileLayer, OpenFile } from './file-layer.ts'
import { type LogFile, logFile } from './log-file.node.ts'
import { type Entry, entryLength, ID_LENGTH, MAGIC } from './log-record.node.ts'
import { nameTree } from './name-tree.ts'
import { readerOf, readLog } from './read-log.node.ts'

/** Values up to this size (bytes) are kept in memory; larger ones are read when they are requested. */
const SMALL = 4096
/** A smaller log (bytes) is not worth compacting. */
const COMPACTED_FROM = 256 * 1024
/** Bytes of values in one record of a compacted log, unless a single value is larger. */
const COMPACTED_TOGETHER = 1 << 20
/** How far the log grows after a failed compaction before the next attempt. */
const GROWN_FOR_RETRY = 1.25

/** Damage by something other than this program. */
export type Damage =
  /** Its bytes are returned as they are stored: the vault finds that they do not open, and knows whose they are. */
  | { readonly kind: 'value'; readonly name: Name }
  /** The number of writes of which not even the names can be read. */
  | { readonly kind: 'writes'; readonly count: number }

/** A value and its position in the log. */
interface Stored {
  /** Undefined when it is not small. */
  readonly bytes: Uint8Array | undefined
  readonly at: number
  readonly length: number
  readonly checksum: number
  /** Bytes of the log that it takes, including its name. */
  readonly cost: number
}

/** The current log of a folder, and an index of its values in memory. */
export class LogStore {
  readonly #folder: string
  readonly #layer: FileLayer
  readonly #path: string
  readonly #nextPath: string
  readonly #stored = nameTree<Stored>()
  readonly #damagedNames = nameTree<true>()
  #damagedWrites = 0
  /** Bytes of the log that are still in use. */
  #live = 0
  #isFolderSynced = false
  #compactedFrom = COMPACTED_FROM
  #log: LogFile | undefined

  constructor(folder: string, layer: FileLayer) {
    this.#folder = folder
    this.#layer = layer
    this.#path = join(folder, 'log')
    this.#nextPath = join(folder, 'log.new')
  }

  /** @throws {VaultError} `newer`, `damaged` */
  async open(): Promise<void> {
    await this.#layer.unlink(this.#nextPath)
    const file = await this.#layer.open(this.#path)
    this.#log = file ? await this.#loadOrClose(file) : await this.#rewrite(undefined)
    await this.#syncFolder()
  }

  async get(name: Name): Promise<Uint8Array | undefined> {
    const value = this.#stored.get(name)
    if (!value) return undefined
    const log = this.#current()
    const release = log.hold()
    try {
      return await this.#readValue(log, name, value)
    } finally {
      await release()
    }
  }

  async range(prefix: Name): Promise<(readonly [Name, Uint8Array])[]> {
    const log = this.#current()
    const release = log.hold()
    try {
      const found: (readonly [Name, Uint8Array])[] = []
      for (const [name, value] of this.#stored.under(prefix)) found.push([name, await this.#readValue(log, name, value)])
      return found
    } finally {
      await release()
    }
  }

  names(prefix: Name): Name[] {
    return this.#stored.under(prefix).map(([name]) => name)
  }

  /** @param values of the entries that store one, in order */
  async append(entries: readonly Entry[], values: readonly Uint8Array[]): Promise<void> {
    await this.#syncFolder()
    let at = await this.#current().append(entries, values)
    let next = 0
    for (const entry of entries) {
      if (entry.kind === 'removed') this.#change(entry.name, undefined)
      if (entry.kind !== 'put') continue
      this.#put(entry, at, entry.length <= SMALL ? values[next] : undefined)
      at += entry.length
      next++
    }
  }

  /** Rewrites the log when more than half of it is no longer in use. */
  async compact(): Promise<void> {
    const former = this.#current()
    if (former.end() < this.#compactedFrom || former.end() - this.#live <= former.end() / 2) return
    try {
      this.#log = await this.#rewrite(former)
      this.#compactedFrom = COMPACTED_FROM
      await former.retire()
      await this.#syncFolder()
    } catch {
      // No data is lost. If the disk is full, the next write reports it.
      this.#compactedFrom = this.#current().end() * GROWN_FOR_RETRY
    }
  }

  /** Ends the log with an empty record, which distinguishes later damage from an interrupted write. */
  async mark(): Promise<void> {
    if (this.#current().isMarked()) return
    await this.#syncFolder()
    await this.#current().append([], [])
  }

  async close(): Promise<void> {
    await this.#current().retire()
  }

  damaged(): readonly Damage[] {
    return [
      ...this.#damagedNames.under([]).map(([name]) => ({ kind: 'value', name }) as const),
      ...(this.#damagedWrites > 0 ? [{ kind: 'writes', count: this.#damagedWrites } as const] : []),
    ]
  }

  #current(): LogFile {
    if (!this.#log) throw new VaultError('closed', `The store in ${this.#folder} is not open. Open it first.`)
    return this.#log
  }

  #change(name: Name, value: Stored | undefined): void {
    const before = this.#stored.set(name, value)
    this.#damagedNames.set(name, undefined)
    this.#live += (value?.cost ?? 0) - (before?.cost ?? 0)
  }

  #put(entry: Entry & { kind: 'put' }, at: number, bytes: Uint8Array | undefined): void {
    const { name, length, checksum } = entry
    this.#change(name, { bytes, at, length, checksum, cost: entryLength(entry) + length })
  }

  async #loadOrClose(file: OpenFile): Promise<LogFile> {
    try {
      return await this.#load(file)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  async #load(file: OpenFile): Promise<LogFile> {
    const { size } = await file.state()
    const read = readerOf(file, size)
    refuseNewer(this.#folder, await read(0, MAGIC.length))
    const { last, sequence, end } = await readLog(read, size, async ({ entries, valuesAt }) => {
      let at = valuesAt
      for (const entry of entries) {
        if (entry.kind === 'gap') this.#damagedWrites += entry.records
        else if (entry.kind === 'removed') this.#change(entry.name, undefined)
        else {
          const bytes = entry.length <= SMALL ? new Uint8Array(await read(at, entry.length)) : undefined
          this.#put(entry, at, bytes)
          if (bytes && crc32(bytes) !== entry.checksum) this.#damagedNames.set(entry.name, true)
          at += entry.length
        }
      }
    })
    if (!last)
      throw new VaultError('damaged', `Nothing in ${this.#path} can be read. Restore it from a copy, or pair this device again.`)
    if (end < size) await file.truncate(end)
    // Bytes written by a killed process are read from the page cache, and may not be on the disk yet.
    await file.fsync()
    return this.#logFile(file, last.head.id, { sequence, end, isMarked: last.isMark })
  }

  #logFile(file: OpenFile, id: Uint8Array, start: Parameters<typeof logFile>[2]): LogFile {
    return logFile(file, id, start, () => this.#layer.stateOf(this.#path))
  }

  async #readValue(log: LogFile, name: Name, value: Stored): Promise<Uint8Array> {
    if (value.bytes) return value.bytes.slice()
    const { length, checksum } = value
    const read = await log.file.read(length, value.at)
    const bytes = read.length === length ? read : new Uint8Array(length)
    if (bytes !== read) bytes.set(read)
    if (crc32(bytes) !== checksum && this.#stored.get(name) === value) this.#damagedNames.set(name, true)
    return bytes
  }

  /** Writes all values to a new log and renames it over the current one. */
  async #rewrite(from: LogFile | undefined): Promise<LogFile> {
    await this.#layer.unlink(this.#nextPath)
    const file = await this.#layer.create(this.#nextPath)
    const next = this.#logFile(file, randomBytes(ID_LENGTH), { sequence: from?.sequence() ?? 0, end: 0, isMarked: false })
    let moved: (readonly [Name, Stored])[]
    try {
      if (this.#damagedWrites > 0) await next.put([{ kind: 'gap', records: this.#damagedWrites }], [])
      moved = from ? await this.#copyValues(from, next) : []
      await next.put([], [])
      await next.file.fsync()
      await from?.checkOwn()
      await this.#layer.rename(this.#nextPath, this.#path)
    } catch (error) {
      await next.retire()
      await this.#layer.unlink(this.#nextPath)
      throw error
    }
    this.#isFolderSynced = false
    for (const [name, value] of moved) this.#stored.set(name, value)
    return next
  }

  /** @returns the values with their positions in `to` */
  async #copyValues(from: LogFile, to: LogFile): Promise<(readonly [Name, Stored])[]> {
    const moved: (readonly [Name, Stored])[] = []
    const all = this.#stored.under([])
    for (let first = 0; first < all.length; ) {
      const together: (readonly [Name, Stored, Uint8Array])[] = []
      for (let bytes = 0; bytes < COMPACTED_TOGETHER && first < all.length; first++) {
        const [name, value] = all[first] ?? []
        if (!name || !value || (bytes > 0 && bytes + value.length > COMPACTED_TOGETHER)) break
        together.push([name, value, await this.#readValue(from, name, value)])
        bytes += value.cost
      }
      let at = await to.put(
        together.map(([name, { length, checksum }]) => ({ kind: 'put', name, length, checksum })),
        together.map(([, , bytes]) => bytes),
      )
      for (const [name, value] of together) {
        moved.push([name, { ...value, at }])
        at += value.length
      }
    }
    return moved
  }

  /** Until the folder is synced, a power cut may restore the previous log. */
  async #syncFolder(): Promise<void> {
    if (!this.#isFolderSynced) await this.#layer.fsyncFolder(this.#folder)
    this.#isFolderSynced = true
  }
}

const refuseNewer = (folder: string, start: Buffer): void => {
  const versionAt = MAGIC.length - 1
  const isOurs = start.length === MAGIC.length && start.subarray(0, versionAt).equals(MAGIC.subarray(0, versionAt))
  if (isOurs && (start[versionAt] ?? 0) > (MAGIC[versionAt] ?? 0))
    throw new VaultError('newer', `The store in ${folder} was written by a newer version of this program. Update it.`)
}

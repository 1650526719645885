import { VaultError } from '../errors.ts'
import type { Backend, Name, Write } from './backend.ts'
import type { FileLayer } from './file/file-layer.ts'
import { type Entry, putEntry } from './file/log-record.node.ts'
import { type Damage, LogStore } from './file/log-store.node.ts'
import { nodeFileLayer } from './file/node-file-layer.node.ts'
import { codeOf } from './file/system-error.node.ts'

export interface FileBackend extends Backend {
  /** Damage found so far: larger values are checked when they are read. */
  damaged(): readonly Damage[]
}

export interface FileBackendOptions {
  /** Takes the folder over from a process that is not visible here: in another container, or on another machine. */
  readonly takeOver?: boolean
  /** The file system; tests use one that simulates power cuts. */
  readonly layer?: FileLayer
}

interface Waiting {
  readonly entries: readonly Entry[]
  /** The values of the entries that store one, in order. */
  readonly values: readonly Uint8Array[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Stores all values in one log in a folder of its own: `docs/formats/file-store.md`.
 * @throws {VaultError} `in-use` when another process has the folder; `newer`; `storage-full`; `damaged` when nothing in the log can be read
 */
export const fileBackend = async (
  folder: string,
  { takeOver = false, layer = nodeFileLayer }: FileBackendOptions = {},
): Promise<FileBackend> => {
  await layer.makeFolder(folder)
  const unlock = await layer.lock(folder, takeOver)
  try {
    const store = new LogStore(folder, layer)
    await store.open()
    const backend = new GroupedBackend(folder, store, unlock)
    await backend.mark()
    return backend
  } catch (error) {
    await unlock()
    throw storageFull(folder, error) ?? error
  }
}

/** Concurrent writes share one record and one flush. */
class GroupedBackend implements FileBackend {
  readonly #folder: string
  readonly #store: LogStore
  readonly #unlock: () => Promise<void>
  readonly #waiting: Waiting[] = []
  #flushing: Promise<void> | undefined
  #closing: Promise<void> | undefined

  constructor(folder: string, store: LogStore, unlock: () => Promise<void>) {
    this.#folder = folder
    this.#store = store
    this.#unlock = unlock
  }

  async get(name: Name): Promise<Uint8Array | undefined> {
    this.#refuseClosed()
    return this.#store.get(name)
  }

  async range(prefix: Name): Promise<(readonly [Name, Uint8Array])[]> {
    this.#refuseClosed()
    return this.#store.range(prefix)
  }

  async names(prefix: Name): Promise<Name[]> {
    this.#refuseClosed()
    return this.#store.names(prefix)
  }

  async write({ put, remove }: Write): Promise<void> {
    this.#refuseClosed()
    const copies = put.map(([name, bytes]) => [name.map((part) => part.slice()), bytes.slice()] as const)
    const entries: Entry[] = [
      ...remove.map((name) => ({ kind: 'removed', name: name.map((part) => part.slice()) }) as const),
      ...copies.map(([name, bytes]) => putEntry(name, bytes)),
    ]
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ entries, values: copies.map(([, bytes]) => bytes), resolve, reject })
      this.#flushing ??= Promise.resolve().then(() => this.#flush())
    })
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  damaged(): readonly Damage[] {
    return this.#store.damaged()
  }

  async mark(): Promise<void> {
    try {
      await this.#store.mark()
    } catch (error) {
      // A full disk must not prevent opening and closing. Only the mark is missing.
      if (!storageFull(this.#folder, error)) throw error
    }
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#commit(this.#waiting.splice(0))
      await this.#store.compact()
    }
    this.#flushing = undefined
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      await this.#store.append(
        group.flatMap(({ entries }) => entries),
        group.flatMap(({ values }) => values),
      )
      for (const { resolve } of group) resolve()
    } catch (error) {
      const full = storageFull(this.#folder, error)
      // A large write that does not fit must not fail the small ones.
      if (full && group.length > 1) for (const each of group) await this.#commit([each])
      else for (const { reject } of group) reject(full ?? error)
    }
  }

  async #close(): Promise<void> {
    await this.#flushing
    try {
      await this.mark()
    } finally {
      await this.#store.close()
      await this.#unlock()
    }
  }

  #refuseClosed(): void {
    if (this.#closing) throw new VaultError('closed', `The store in ${this.#folder} was closed. Open it again.`)
  }
}

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT'])

const storageFull = (folder: string, error: unknown): VaultError | undefined =>
  NO_ROOM.has(codeOf(error) ?? '')
    ? new VaultError('storage-full', `The disk has no room left in ${folder}. Free some space, then try again.`, { cause: error })
    : undefined

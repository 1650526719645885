import type { Backend, Name } from './backends/backend.ts'
import { VaultError } from './errors.ts'
import { changeSum, type DigestOf, decodeRoot, EMPTY_ROOT, encodeRoot, type Root, type Sums } from './root-record.ts'
import { type Key, type Sealer, versionOf } from './sealing.ts'

export const ROOT: Name = [new TextEncoder().encode('root')]

/** One value to write; undefined removes it. */
export interface NamedWrite {
  readonly name: Name
  readonly key: Key
  readonly value: Uint8Array | undefined
  /** No value was ever stored under this name: saves a read. */
  readonly fresh?: true | undefined
  /** Called right before the write, because keys may be replaced while it waits. @throws when its area was removed */
  readonly sealer: () => Sealer
}

/** The values that are written together with a new key encryption key. */
export interface KeyReplacement {
  readonly values: readonly NamedWrite[]
  /** Stored unchanged, outside the sums. */
  readonly put: readonly (readonly [name: Name, bytes: Uint8Array])[]
  /** Seals the root record from now on. */
  readonly rootSealer: Sealer
}

interface Waiting {
  readonly values: readonly NamedWrite[]
  /** Runs exclusively and writes its own values. */
  readonly replacement?: () => Promise<void>
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** @throws {VaultError} `damaged` if the root record does not open */
export const openRootedWriter = async (backend: Backend, digestOf: DigestOf, rootSealer: Sealer): Promise<RootedWriter> =>
  new RootedWriter(backend, digestOf, rootSealer, await readRoot(backend, rootSealer))

/** Writes values in groups, one group after the other, each together with the root record. */
export class RootedWriter {
  readonly #backend: Backend
  readonly #digestOf: DigestOf
  #rootSealer: Sealer
  #root: Root
  /** Versions of values written by this object, by name. */
  readonly #versions = new Map<string, number | undefined>()
  readonly #waiting: Waiting[] = []
  #flushing: Promise<void> | undefined

  constructor(backend: Backend, digestOf: DigestOf, rootSealer: Sealer, root: Root) {
    this.#backend = backend
    this.#digestOf = digestOf
    this.#rootSealer = rootSealer
    this.#root = root
  }

  /** Writes all or nothing. Writes that wait at the same time share one flush. */
  write(values: readonly NamedWrite[]): Promise<void> {
    return this.#enqueue({ values })
  }

  /** Nothing else is written between the call of `prepare` and the end of the write; `done` is called right after it. */
  replaceKey(prepare: () => Promise<KeyReplacement>, done: () => void): Promise<void> {
    const replacement = async () => {
      const { values, put, rootSealer } = await prepare()
      await this.#flush(values, rootSealer, put)
      this.#rootSealer = rootSealer
      done()
    }
    return this.#enqueue({ values: [], replacement })
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<Sums> {
    while (this.#flushing) await this.#flushing
    return this.#root.sums
  }

  #enqueue(write: Pick<Waiting, 'values' | 'replacement'>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...write, resolve, reject })
      this.#flushing ??= Promise.resolve().then(() => this.#flushAll())
    })
  }

  async #flushAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup()
      const [first] = group
      if (first?.replacement) await first.replacement().then(first.resolve, first.reject)
      else await this.#flushGroup(group)
    }
    this.#flushing = undefined
  }

  /** Everything up to the first replacement, or that replacement alone. */
  #takeGroup(): Waiting[] {
    const alone = this.#waiting.findIndex(({ replacement }) => replacement)
    return this.#waiting.splice(0, alone === -1 ? this.#waiting.length : Math.max(1, alone))
  }

  async #flushGroup(group: readonly Waiting[]): Promise<void> {
    const possible = group.filter(({ values, reject }) => {
      try {
        for (const { value, sealer } of values) if (value !== undefined) sealer()
        return true
      } catch (error) {
        reject(error)
        return false
      }
    })
    if (possible.length === 0) return
    try {
      await this.#flush(
        possible.flatMap(({ values }) => values),
        this.#rootSealer,
        [],
      )
      for (const { resolve } of possible) resolve()
    } catch (error) {
      for (const { reject } of possible) reject(error)
    }
  }

  async #flush(values: readonly NamedWrite[], rootSealer: Sealer, put: KeyReplacement['put']): Promise<void> {
    const newest = new Map(values.map((each) => [nameText(each.name), each]))
    const counter = this.#root.counter + 1
    const sums = new Map(this.#root.sums)
    for (const { name, value, fresh } of newest.values()) {
      const version = fresh ? undefined : await this.#versionAt(name)
      if (version !== undefined) changeSum(sums, name, this.#digestOf(name, version))
      if (value !== undefined) changeSum(sums, name, this.#digestOf(name, counter))
    }
    const root: Root = { counter, sums }
    const [sealedRoot, ...sealed] = await Promise.all([
      rootSealer.seal(ROOT, counter, ['root'], encodeRoot(root)),
      ...[...newest.values()].flatMap(({ name, key, value, sealer }) =>
        value === undefined
          ? []
          : sealer()
              .seal(name, counter, key, value)
              .then((bytes) => [name, bytes] as const),
      ),
    ])
    const remove = [...newest.values()].flatMap(({ name, value }) => (value === undefined ? [name] : []))
    await this.#backend.write({ put: [...sealed, ...put, [ROOT, sealedRoot]], remove })
    this.#root = root
    for (const [text, { value }] of newest) this.#versions.set(text, value === undefined ? undefined : counter)
  }

  async #versionAt(name: Name): Promise<number | undefined> {
    const text = nameText(name)
    if (this.#versions.has(text)) return this.#versions.get(text)
    const bytes = await this.#backend.get(name)
    return bytes && versionOf(bytes)
  }
}

const readRoot = async (backend: Backend, sealer: Sealer): Promise<Root> => {
  const stored = await backend.get(ROOT)
  if (!stored) return EMPTY_ROOT
  const opened = await sealer.open(ROOT, stored)
  if (!opened)
    throw new VaultError('damaged', 'The root record of this profile was altered. Restore the profile from another device.')
  return decodeRoot(opened.value)
}

const nameText = (name: Name): string => name.map((bytes) => String.fromCharCode(...bytes)).join('/')

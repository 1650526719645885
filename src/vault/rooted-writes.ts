import type { Backend, Name } from './backends/backend.ts'
import { VaultError } from './errors.ts'
import { changeSum, decodeRoot, EMPTY_ROOT, encodeRoot, type PartOf, type Root, type Sums } from './root-record.ts'
import { type Key, type Sealer, versionOf } from './sealing.ts'

export const ROOT: Name = [new TextEncoder().encode('root')]

/** One value to be written, or removed when `value` is undefined. */
export interface NamedEntry {
  readonly name: Name
  readonly key: Key
  readonly value: Uint8Array | undefined
  /** Nothing ever stood under this name: spares looking. */
  readonly fresh?: true | undefined
  /** Asked when its turn has come, since keys may be replaced meanwhile. @throws when its area is gone by then */
  readonly sealer: () => Sealer
}

/** What is written together with a replaced key. */
export interface Replacement {
  readonly entries: readonly NamedEntry[]
  /** Not part of any sum. */
  readonly put: readonly (readonly [name: Name, bytes: Uint8Array])[]
  /** Seals the root record from then on. */
  readonly rootSealer: Sealer
}

/** Writes in groups, one after the other, each with the root record that sums up everything there. */
export interface RootedWrites {
  /** All of them or none. What waits at the time of a flush goes together. */
  write(entries: readonly NamedEntry[]): Promise<void>
  /** Nothing else is written between the begin of `prepare` and the end of what it gives being written; `done` follows at once. */
  replace(prepare: () => Promise<Replacement>, done: () => void): Promise<void>
  /** Resolves when nothing is being written. */
  settled(): Promise<Sums>
}

interface Waiting {
  readonly entries: readonly NamedEntry[]
  readonly replace: { readonly prepare: () => Promise<Replacement>; readonly done: () => void } | undefined
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export const rootedWrites = async (backend: Backend, part: PartOf, initialSealer: Sealer): Promise<RootedWrites> => {
  let rootSealer = initialSealer
  let root = await readRoot(backend, rootSealer)
  const versions = new Map<string, number | undefined>()
  const waiting: Waiting[] = []
  let flushing: Promise<void> | undefined

  const versionAt = async (name: Name): Promise<number | undefined> => {
    const text = nameText(name)
    if (versions.has(text)) return versions.get(text)
    const bytes = await backend.get(name)
    return bytes && versionOf(bytes)
  }

  const flush = async (entries: readonly NamedEntry[], sealRoot: Sealer, put: Replacement['put']): Promise<void> => {
    const newest = new Map(entries.map((entry) => [nameText(entry.name), entry]))
    const counter = root.counter + 1
    const sums = new Map(root.sums)
    for (const { name, value, fresh } of newest.values()) {
      const version = fresh ? undefined : await versionAt(name)
      if (version !== undefined) changeSum(sums, name, part(name, version))
      if (value !== undefined) changeSum(sums, name, part(name, counter))
    }
    const next: Root = { counter, sums }
    const [sealedRoot, ...sealed] = await Promise.all([
      sealRoot.seal(ROOT, counter, ['root'], encodeRoot(next)),
      ...[...newest.values()].flatMap(({ name, key, value, sealer }) =>
        value === undefined
          ? []
          : sealer()
              .seal(name, counter, key, value)
              .then((bytes) => [name, bytes] as const),
      ),
    ])
    const remove = [...newest.values()].flatMap(({ name, value }) => (value === undefined ? [name] : []))
    await backend.write({ put: [...sealed, ...put, [ROOT, sealedRoot]], remove })
    root = next
    for (const [text, { value }] of newest) versions.set(text, value === undefined ? undefined : counter)
  }

  const flushGroup = async (group: readonly Waiting[]): Promise<void> => {
    const able = group.filter((each) => {
      try {
        for (const { value, sealer } of each.entries) if (value !== undefined) sealer()
        return true
      } catch (error) {
        each.reject(error)
        return false
      }
    })
    try {
      if (able.length > 0)
        await flush(
          able.flatMap(({ entries }) => entries),
          rootSealer,
          [],
        )
      for (const { resolve } of able) resolve()
    } catch (error) {
      for (const { reject } of able) reject(error)
    }
  }

  const flushReplacement = async ({ prepare, done }: NonNullable<Waiting['replace']>): Promise<void> => {
    const { entries, put, rootSealer: nextSealer } = await prepare()
    await flush(entries, nextSealer, put)
    rootSealer = nextSealer
    done()
  }

  /** Up to the first replacement, which goes alone. */
  const takeGroup = (): Waiting[] => {
    const alone = waiting.findIndex(({ replace }) => replace)
    return waiting.splice(0, alone === -1 ? waiting.length : Math.max(1, alone))
  }

  const flushAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = takeGroup()
      const [{ replace, resolve, reject } = { replace: undefined, resolve() {}, reject() {} }] = group
      await (replace ? flushReplacement(replace).then(resolve, reject) : flushGroup(group))
    }
    flushing = undefined
  }

  const enqueue = (entries: readonly NamedEntry[], replace: Waiting['replace']): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ entries, replace, resolve, reject })
      flushing ??= Promise.resolve().then(flushAll)
    })

  return {
    write: (entries) => enqueue(entries, undefined),
    replace: (prepare, done) => enqueue([], { prepare, done }),
    async settled() {
      while (flushing) await flushing
      return root.sums
    },
  }
}

const readRoot = async (backend: Backend, sealer: Sealer): Promise<Root> => {
  const stored = await backend.get(ROOT)
  if (!stored) return EMPTY_ROOT
  const opened = await sealer.open(ROOT, stored)
  if (!opened)
    throw new VaultError('damaged', 'The record that sums up this profile was altered. Restore the profile from another device.')
  return decodeRoot(opened.value)
}

const nameText = (name: Name): string => name.map((bytes) => String.fromCharCode(...bytes)).join('/')

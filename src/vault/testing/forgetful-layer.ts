import type { FileLayer, OpenFile } from '../backends/file/file-layer.ts'

/** Unsynced operations of a file or folder. */
type FileStep =
  | { readonly kind: 'write'; readonly bytes: Uint8Array; readonly position: number }
  | { kind: 'truncate'; size: number }
type FolderStep = { readonly name: string; readonly file: Stored | undefined }

interface Stored {
  synced: Uint8Array
  now: Uint8Array
  steps: FileStep[]
}

/** What a power cut leaves of an unsynced step; undefined for nothing. `place` counts back from the last step, which is 0. */
export type Leaves = (step: FileStep, place: number) => FileStep | undefined

/** Files in memory that lose unsynced data in a simulated power cut. */
export interface ForgetfulLayer extends FileLayer {
  /** The number of modifying steps so far. */
  steps(): number
  /** Makes every step from this number on fail, as after a power cut. */
  cutAt(step: number): void
  /** Makes writes fail halfway, as on a full disk, once files have this many bytes in all. */
  limit(bytes: number): void
  /** Whether a power cut would lose file content or folder entries now. */
  unsynced(): { readonly files: boolean; readonly entries: boolean }
  /** The files after the power cut. */
  after(leaves: Leaves, leavesEntry: (index: number) => boolean): ForgetfulLayer
  /** The bytes of a file, to inspect or damage. */
  bytes(path: string): Uint8Array
}

const applied = (bytes: Uint8Array, step: FileStep): Uint8Array => {
  if (step.kind === 'truncate') {
    const cut = new Uint8Array(step.size)
    cut.set(bytes.subarray(0, step.size))
    return cut
  }
  const end = step.position + step.bytes.length
  const longer = end > bytes.length ? new Uint8Array(end) : bytes.slice()
  if (end > bytes.length) longer.set(bytes)
  longer.set(step.bytes, step.position)
  return longer
}

const systemError = (code: string): Error => Object.assign(new Error(code), { code })

export const forgetfulLayer = (start: ReadonlyMap<string, Uint8Array> = new Map()): ForgetfulLayer => {
  const synced = new Map<string, Stored>()
  const stored = new Map<Uint8Array, Stored>()
  for (const [path, bytes] of start) {
    const file = stored.get(bytes) ?? { synced: bytes, now: bytes, steps: [] }
    stored.set(bytes, file)
    synced.set(path, file)
  }
  const now = new Map(synced)
  let folderSteps: FolderStep[] = []
  let done = 0
  let cut = Number.POSITIVE_INFINITY
  let room = Number.POSITIVE_INFINITY

  const mustHavePower = (): void => {
    if (done >= cut) throw systemError('POWER')
  }
  const step = (): void => {
    mustHavePower()
    done++
  }
  const change = (name: string, file: Stored | undefined): void => {
    folderSteps.push({ name, file })
    if (file) now.set(name, file)
    else now.delete(name)
  }
  const take = (file: Stored, each: FileStep): void => {
    file.steps.push(each)
    file.now = applied(file.now, each)
  }
  const used = () => [...new Set(now.values())].reduce((sum, file) => sum + file.now.length, 0)

  const ids = new Map<Stored, string>()
  const stateOf = (file: Stored) => {
    const id = ids.get(file) ?? String(ids.size)
    ids.set(file, id)
    return { id, size: file.now.length }
  }

  const opened = (file: Stored): OpenFile => ({
    async state() {
      mustHavePower()
      return stateOf(file)
    },
    async read(length, position) {
      mustHavePower()
      return file.now.slice(position, position + length)
    },
    async write(bytes, position) {
      step()
      const more = Math.max(0, position + bytes.length - file.now.length)
      if (more > 0 && used() + more > room) {
        take(file, { kind: 'write', bytes: bytes.slice(0, bytes.length >> 1), position })
        throw systemError('ENOSPC')
      }
      take(file, { kind: 'write', bytes: bytes.slice(), position })
    },
    async truncate(size) {
      step()
      take(file, { kind: 'truncate', size })
    },
    async fsync() {
      step()
      file.synced = file.now
      file.steps = []
    },
    async close() {},
  })

  return {
    async makeFolder() {},
    async open(path) {
      mustHavePower()
      const file = now.get(path)
      return file && opened(file)
    },
    async stateOf(path) {
      mustHavePower()
      const file = now.get(path)
      return file && stateOf(file)
    },
    async create(path) {
      step()
      if (now.has(path)) throw systemError('EEXIST')
      const file: Stored = { synced: new Uint8Array(), now: new Uint8Array(), steps: [] }
      change(path, file)
      return opened(file)
    },
    async rename(from, to) {
      step()
      const file = now.get(from)
      if (!file) throw systemError('ENOENT')
      change(to, file)
      change(from, undefined)
    },
    async unlink(path) {
      step()
      if (now.has(path)) change(path, undefined)
    },
    async fsyncFolder() {
      step()
      synced.clear()
      for (const [path, file] of now) synced.set(path, file)
      folderSteps = []
    },
    lock: async () => async () => undefined,
    steps: () => done,
    cutAt(number) {
      cut = number
    },
    limit(bytes) {
      room = bytes
    },
    unsynced: () => ({
      files: [...new Set([...synced.values(), ...now.values()])].some(({ steps }) => steps.length > 0),
      entries: folderSteps.length > 0,
    }),
    after(leaves, leavesEntry) {
      const left = new Map(synced)
      for (const [index, { name, file }] of folderSteps.entries()) {
        if (!leavesEntry(index)) continue
        if (file) left.set(name, file)
        else left.delete(name)
      }
      const files = new Map<Stored, Uint8Array>()
      for (const file of left.values()) {
        const kept = file.steps.flatMap((each, index) => leaves(each, file.steps.length - 1 - index) ?? [])
        files.set(file, kept.reduce(applied, file.synced).slice())
      }
      return forgetfulLayer(new Map([...left].map(([path, file]) => [path, files.get(file) ?? new Uint8Array()])))
    },
    bytes: (path) => now.get(path)?.now ?? new Uint8Array(),
  }
}

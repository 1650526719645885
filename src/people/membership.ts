import { toHex } from '../bytes/encoding.ts'
import { type DeviceId, deviceId, type PublicKeys } from './device-keys.ts'
import { type Entry, type EntryHash, PREVIOUS_LIMIT } from './entry.ts'

export const DEVICE_LIMIT = 16

/** A set of entries, by hash. */
export type Log = ReadonlyMap<EntryHash, Entry>

export interface Person {
  /** The entry that added this person. */
  readonly id: EntryHash
  readonly devices: readonly DeviceId[]
  readonly recovery: Uint8Array
}

export interface Epoch {
  readonly entry: EntryHash
  /** SHA-256 of the secret. */
  readonly hash: Uint8Array
  /** The secret, sealed to each device. A device must verify it against `hash`, because the author can seal anything. */
  readonly sealed: ReadonlyMap<DeviceId, Uint8Array>
}

/** The membership of a space: a pure function of the set of log entries, independent of their order. */
export interface Membership {
  /** The id of the document (16 bytes), and the hash of its first change (hexadecimal). */
  readonly document: Uint8Array
  readonly first: string
  readonly persons: readonly Person[]
  readonly devices: ReadonlyMap<DeviceId, PublicKeys>
  /** The current epoch, then earlier ones, newest first. A device uses the first one that it can open. */
  readonly epochs: readonly Epoch[]
  /** The hash of each version's migration change (hexadecimal), from the effective entry for that version. */
  readonly formats: ReadonlyMap<string, string>
  /** Previous entries for a new entry, sorted: at most `PREVIOUS_LIMIT`. All effective entries are among their ancestors. */
  readonly heads: readonly EntryHash[]
}

/**
 * @param root the hash of the create entry
 * @returns undefined if the log does not contain a well-formed create entry with that hash
 */
export const membershipOf = (log: Log, root: EntryHash): Membership | undefined => {
  const create = log.get(root)
  const founding = create && create.type === 'create' && create.previous.length === 0 ? readCreate(create) : undefined
  if (!create || !founding) return undefined

  const devices = new Map(founding.devices.map((keys) => [deviceId(keys.sign), keys]))
  const ordered = inOrder(log, create)
  const isAncestor = ancestryOf(ordered)
  /** The entry that listed each device. */
  const listedBy = new Map<DeviceId, EntryHash>([...devices.keys()].map((device) => [device, root]))
  const epochs: KnownEpoch[] = [{ ...founding.epoch, entry: root, sealed: new Map(founding.epoch.sealed) }]
  const formats = new Map<string, string>()
  /** The newest effective entry of each device. All earlier ones are its ancestors. */
  const newest = new Map<DeviceId, EntryHash>([[create.device, root]])

  for (const entry of ordered) {
    // The entry was signed for another space.
    if (entry.space === undefined || toHex(entry.space) !== root) continue
    const lister = listedBy.get(entry.device)
    if (lister === undefined || !isAncestor(lister, entry.hash)) continue
    // All entries of a device must form a chain; an entry outside of it is from a copy of the device.
    const own = newest.get(entry.device)
    if (own !== undefined && !isAncestor(own, entry.hash)) continue
    if (entry.type === 'add device') {
      const added = readAddDevice(entry)
      if (!added || devices.has(deviceId(added.keys.sign)) || devices.size >= DEVICE_LIMIT) continue
      const device = deviceId(added.keys.sign)
      devices.set(device, added.keys)
      listedBy.set(device, entry.hash)
      // The entry does not name the epoch of its secret, so try it for all earlier epochs; the hash decides.
      if (added.epoch) for (const epoch of epochs) if (isAncestor(epoch.entry, entry.hash)) epoch.sealed.set(device, added.epoch)
    } else if (entry.type === 'rotate') {
      const epoch = readEpoch(entry.body, entry.hash)
      // An epoch that omits a known device would disconnect that device.
      const known = [...listedBy].filter(([, hash]) => isAncestor(hash, entry.hash)).map(([device]) => device)
      if (!epoch || !known.every((device) => epoch.sealed.has(device))) continue
      epochs.push(epoch)
    } else if (entry.type === 'format') {
      const format = readFormat(entry)
      if (!format) continue
      // If several entries name the same version, the first in this order is effective.
      if (!formats.has(format.version)) formats.set(format.version, format.change)
    } else continue
    newest.set(entry.device, entry.hash)
  }

  const effective = [...new Set(newest.values())]
  return {
    document: founding.document,
    first: founding.first,
    persons: [{ id: root, devices: [...devices.keys()], recovery: founding.recovery }],
    devices,
    epochs: newestFirst(epochs, isAncestor),
    formats,
    heads: headsOf(
      [create, ...ordered],
      effective.filter((hash) => !effective.some((other) => isAncestor(hash, other))),
    ),
  }
}

interface KnownEpoch extends Epoch {
  readonly sealed: Map<DeviceId, Uint8Array>
}

type IsAncestor = (earlier: EntryHash, later: EntryHash) => boolean

/** The current epoch is the first, in log order, that is not an ancestor of another epoch. The others follow in reverse order. */
const newestFirst = (epochs: readonly KnownEpoch[], isAncestor: IsAncestor): Epoch[] => {
  const current = epochs.find(({ entry }) => !epochs.some((other) => isAncestor(entry, other.entry)))
  const others = epochs.filter((epoch) => epoch !== current).reverse()
  return current ? [current, ...others] : others
}

/**
 * Entries that no other entry names as previous. Junk entries may add more heads than an entry can name; then only heads of
 * effective entries are used. The effective entries of a device form a chain, so there are at most as many as devices.
 * @param effective heads of the effective entries
 */
const headsOf = (entries: readonly Entry[], effective: readonly EntryHash[]): readonly EntryHash[] => {
  const named = new Set(entries.flatMap(({ previous }) => previous))
  const heads = entries.map(({ hash }) => hash).filter((hash) => !named.has(hash))
  return (heads.length <= PREVIOUS_LIMIT ? heads : [...effective]).sort()
}

/** The device that an entry would add, if any. */
export const listedIn = (entry: Entry): DeviceId[] => {
  const added = entry.type === 'add device' ? readAddDevice(entry) : undefined
  return added ? [deviceId(added.keys.sign)] : []
}

/**
 * Returns all entries whose ancestors are known, without the create entry, sorted by their longest distance from it, then by hash.
 */
const inOrder = (log: Log, create: Entry): Entry[] => {
  const followers = new Map<EntryHash, Entry[]>()
  const lacking = new Map<EntryHash, number>()
  for (const entry of log.values()) {
    if (entry === create) continue
    lacking.set(entry.hash, entry.previous.length)
    for (const hash of entry.previous) {
      const known = followers.get(hash)
      if (known) known.push(entry)
      else followers.set(hash, [entry])
    }
  }
  const ordered: Entry[] = []
  for (let layer: readonly Entry[] = [create]; layer.length > 0; ) {
    const next: Entry[] = []
    for (const { hash } of layer) {
      for (const follower of followers.get(hash) ?? []) {
        const left = (lacking.get(follower.hash) ?? 0) - 1
        lacking.set(follower.hash, left)
        if (left === 0) next.push(follower)
      }
    }
    layer = next.sort((one, other) => (one.hash < other.hash ? -1 : 1))
    ordered.push(...layer)
  }
  return ordered
}

/** Bits per word of an ancestor set. */
const WORD_BITS = 32

/**
 * Computes ancestry with one bit per pair of entries: 500 kB for a log of 2,000 entries. The create entry is an ancestor of all
 * others.
 * @param ordered entries in topological order
 */
const ancestryOf = (ordered: readonly Entry[]): IsAncestor => {
  const numbers = new Map(ordered.map(({ hash }, number) => [hash, number]))
  const words = Math.ceil(ordered.length / WORD_BITS)
  const ancestors = ordered.map(() => new Uint32Array(words))
  for (const [number, { previous }] of ordered.entries()) {
    const own = ancestors[number] ?? new Uint32Array()
    for (const hash of previous) {
      const before = numbers.get(hash)
      const theirs = before === undefined ? undefined : ancestors[before]
      if (before === undefined || !theirs) continue
      for (let word = 0; word < words; word++) own[word] = (own[word] ?? 0) | (theirs[word] ?? 0)
      setBit(own, before)
    }
  }
  return (earlier, later) => {
    const set = ancestors[numbers.get(later) ?? -1]
    if (!set || earlier === later) return false
    const number = numbers.get(earlier)
    return number === undefined || hasBit(set, number)
  }
}

const setBit = (set: Uint32Array, number: number): void => {
  const word = Math.floor(number / WORD_BITS)
  set[word] = (set[word] ?? 0) | (1 << (number % WORD_BITS))
}
const hasBit = (set: Uint32Array, number: number): boolean =>
  (((set[Math.floor(number / WORD_BITS)] ?? 0) >>> (number % WORD_BITS)) & 1) === 1

interface Founding {
  readonly document: Uint8Array
  readonly first: string
  readonly devices: readonly PublicKeys[]
  readonly recovery: Uint8Array
  readonly epoch: Epoch
}

const readCreate = ({ body, hash }: Entry): Founding | undefined => {
  const { document, first, devices, recovery } = body
  const keys = Array.isArray(devices) ? devices.map(readKeys) : []
  const epoch = readEpoch(body.epoch, hash)
  const recoveryKey = asMap(recovery)?.publicKey
  if (!(isBytes(document, 16) && isBytes(first, 32) && isBytes(recoveryKey, 32) && epoch)) return undefined
  if (keys.length === 0 || keys.length > DEVICE_LIMIT || keys.includes(undefined)) return undefined
  return { document, first: toHex(first), devices: keys as PublicKeys[], recovery: recoveryKey, epoch }
}

const readAddDevice = ({ body }: Entry): { readonly keys: PublicKeys; readonly epoch: Uint8Array | undefined } | undefined => {
  const keys = readKeys(body.keys)
  return keys && { keys, epoch: body.epoch instanceof Uint8Array ? body.epoch : undefined }
}

/** The format of document versions (semver). */
const VERSION = /^\d{1,6}\.\d{1,6}\.\d{1,6}$/

const readFormat = ({ body }: Entry): { readonly version: string; readonly change: string } | undefined => {
  const { version, hash } = body
  return typeof version === 'string' && VERSION.test(version) && isBytes(hash, 32) ? { version, change: toHex(hash) } : undefined
}

const readKeys = (value: unknown): PublicKeys | undefined => {
  const [sign, agree] = Array.isArray(value) ? value : []
  return isBytes(sign, 32) && isBytes(agree, 32) ? { sign, agree } : undefined
}

const readEpoch = (value: unknown, entry: EntryHash): KnownEpoch | undefined => {
  const { hash, sealed } = asMap(value) ?? {}
  if (!isBytes(hash, 32) || !Array.isArray(sealed) || sealed.length > DEVICE_LIMIT) return undefined
  const pairs = sealed.flatMap((pair): [DeviceId, Uint8Array][] => {
    const [device, bytes] = Array.isArray(pair) ? pair : []
    return isBytes(device, 32) && bytes instanceof Uint8Array ? [[deviceId(device), bytes]] : []
  })
  return { entry, hash, sealed: new Map(pairs) }
}

const isBytes = (value: unknown, length: number): value is Uint8Array => value instanceof Uint8Array && value.length === length
const asMap = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined

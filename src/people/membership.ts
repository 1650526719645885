import { toHex } from '../bytes/encoding.ts'
import { type DeviceId, deviceId, type PublicKeys } from './device-keys.ts'
import type { Entry, EntryHash } from './entry.ts'

export const DEVICE_LIMIT = 16

/** A set of entries, by hash. */
export type Log = ReadonlyMap<EntryHash, Entry>

export interface Person {
  /** The entry that brought this person in. */
  readonly id: EntryHash
  readonly devices: readonly DeviceId[]
  readonly recovery: Uint8Array
}

export interface Epoch {
  readonly entry: EntryHash
  /** SHA-256 of the secret. */
  readonly hash: Uint8Array
  /** The secret, sealed to each device. */
  readonly sealed: ReadonlyMap<DeviceId, Uint8Array>
}

/** What a log comes to: a pure function of the set of entries, whatever order they came in. */
export interface Membership {
  /** 16 bytes, and the hash (hexadecimal) of the document's first change. */
  readonly document: Uint8Array
  readonly first: string
  readonly persons: readonly Person[]
  readonly devices: ReadonlyMap<DeviceId, PublicKeys>
  /** The epoch in force. */
  readonly epoch: Epoch
  /** The hash of each version's anchored change, hexadecimal, by the entry that counts for that version. */
  readonly formats: ReadonlyMap<string, string>
  /** Entries that no other one builds on. */
  readonly heads: readonly EntryHash[]
}

/**
 * @param root the hash of the create entry
 * @returns undefined when the log does not hold a well-formed create entry with that hash
 */
export const membershipOf = (log: Log, root: EntryHash): Membership | undefined => {
  const create = log.get(root)
  const founding = create && create.type === 'create' && create.previous.length === 0 ? readCreate(create) : undefined
  if (!create || !founding) return undefined

  const devices = new Map(founding.devices.map((keys) => [deviceId(keys.sign), keys]))
  /** The entry that listed each device. */
  const listedBy = new Map<DeviceId, EntryHash>([...devices.keys()].map((device) => [device, root]))
  const epochs: Known[] = [{ epoch: { ...founding.epoch, entry: root, sealed: new Map(founding.epoch.sealed) }, past: new Set() }]
  const formats = new Map<string, string>()
  /** Entries of each device that have effect. */
  const counted = new Map<DeviceId, EntryHash[]>([[create.device, [root]]])
  const pasts = new Map<EntryHash, ReadonlySet<EntryHash>>([[root, new Set()]])

  for (const entry of inOrder(log, root)) {
    const past = new Set(entry.previous.flatMap((hash) => [hash, ...(pasts.get(hash) ?? [])]))
    pasts.set(entry.hash, past)
    // Signed for another space, it says nothing in this one.
    if (entry.space === undefined || toHex(entry.space) !== root) continue
    const lister = listedBy.get(entry.device)
    if (lister === undefined || !past.has(lister)) continue
    // Each entry of a device has that device's earlier ones in its past: one that does not know of them comes from a copy.
    const own = counted.get(entry.device) ?? []
    if (!own.every((hash) => past.has(hash))) continue
    if (entry.type === 'add device') {
      const added = readAddDevice(entry)
      if (!added || devices.has(deviceId(added.keys.sign)) || devices.size >= DEVICE_LIMIT) continue
      const device = deviceId(added.keys.sign)
      devices.set(device, added.keys)
      listedBy.set(device, entry.hash)
      if (added.epoch) {
        // Sealed to the newcomer is the secret of the epoch that was in force in the entry's own past.
        const inForce = current(epochs.filter(({ epoch }) => past.has(epoch.entry)))
        ;(inForce?.epoch.sealed as Map<DeviceId, Uint8Array> | undefined)?.set(device, added.epoch)
      }
    } else if (entry.type === 'rotate') {
      const epoch = readEpoch(entry.body, entry.hash)
      // One that leaves out a device it knows of would cut everybody off from it.
      const known = [...listedBy].filter(([, hash]) => past.has(hash)).map(([device]) => device)
      if (!epoch || !known.every((device) => epoch.sealed.has(device))) continue
      epochs.push({ epoch, past })
    } else if (entry.type === 'format') {
      const format = readFormat(entry)
      if (!format) continue
      // Of several for one version the first in this order counts.
      if (!formats.has(format.version)) formats.set(format.version, format.change)
    } else continue
    counted.set(entry.device, [...own, entry.hash])
  }

  return {
    document: founding.document,
    first: founding.first,
    persons: [{ id: root, devices: [...devices.keys()], recovery: founding.recovery }],
    devices,
    epoch: (current(epochs) ?? (epochs[0] as Known)).epoch,
    formats,
    heads: headsOf(log),
  }
}

interface Known {
  readonly epoch: Epoch
  readonly past: ReadonlySet<EntryHash>
}

/** Of several epochs the first that no other one builds on. */
const current = (epochs: readonly Known[]): Known | undefined =>
  epochs.find(({ epoch }) => !epochs.some(({ past }) => past.has(epoch.entry)))

/** Entries that no other one names as previous, sorted. */
export const headsOf = (log: Log): EntryHash[] => {
  const named = new Set([...log.values()].flatMap(({ previous }) => previous))
  return [...log.keys()].filter((hash) => !named.has(hash)).sort()
}

/** The device that an entry would list, if any. */
export const listedIn = (entry: Entry): DeviceId[] => {
  const added = entry.type === 'add device' ? readAddDevice(entry) : undefined
  return added ? [deviceId(added.keys.sign)] : []
}

/** The create entry aside, every entry whose whole past is here, by dependency; among those ready the smaller hash first. */
const inOrder = (log: Log, root: EntryHash): Entry[] => {
  const done = new Set<EntryHash>([root])
  const ordered: Entry[] = []
  let waiting = [...log.values()].filter(({ hash }) => hash !== root).sort((one, other) => (one.hash < other.hash ? -1 : 1))
  for (let ready = true; ready; ) {
    const now = waiting.filter(({ previous }) => previous.length > 0 && previous.every((hash) => done.has(hash)))
    ready = now.length > 0
    for (const entry of now) done.add(entry.hash)
    ordered.push(...now)
    waiting = waiting.filter(({ hash }) => !done.has(hash))
  }
  return ordered
}

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

/** Semver, as a document's versions are written. */
const VERSION = /^\d{1,6}\.\d{1,6}\.\d{1,6}$/

const readFormat = ({ body }: Entry): { readonly version: string; readonly change: string } | undefined => {
  const { version, hash } = body
  return typeof version === 'string' && VERSION.test(version) && isBytes(hash, 32) ? { version, change: toHex(hash) } : undefined
}

const readKeys = (value: unknown): PublicKeys | undefined => {
  const [sign, agree] = Array.isArray(value) ? value : []
  return isBytes(sign, 32) && isBytes(agree, 32) ? { sign, agree } : undefined
}

const readEpoch = (value: unknown, entry: EntryHash): Epoch | undefined => {
  const { hash, sealed } = asMap(value) ?? {}
  if (!isBytes(hash, 32) || !Array.isArray(sealed)) return undefined
  const pairs = sealed.flatMap((pair): [DeviceId, Uint8Array][] => {
    const [device, bytes] = Array.isArray(pair) ? pair : []
    return isBytes(device, 32) && bytes instanceof Uint8Array ? [[deviceId(device), bytes]] : []
  })
  return { entry, hash, sealed: new Map(pairs) }
}

const isBytes = (value: unknown, length: number): value is Uint8Array => value instanceof Uint8Array && value.length === length
const asMap = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined

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
  const sealed = new Map(founding.epoch.sealed)
  const epochs: { epoch: Epoch; past: ReadonlySet<EntryHash> }[] = [
    { epoch: { ...founding.epoch, entry: root, sealed }, past: new Set() },
  ]
  const counted = new Set<EntryHash>([root])

  for (const entry of inOrder(log, root)) {
    // Signed for another space, it says nothing in this one.
    if (entry.space === undefined || toHex(entry.space) !== root) continue
    const past = pastOf(log, entry)
    if (!isListed(log, entry, past, counted, founding) || !buildsOnItsOwn(log, entry, past)) continue
    if (entry.type === 'add device') {
      const added = readAddDevice(entry)
      if (!added || devices.has(deviceId(added.keys.sign)) || devicesIn(log, past, counted, founding) >= DEVICE_LIMIT) continue
      devices.set(deviceId(added.keys.sign), added.keys)
      if (added.epoch) {
        // Sealed to the newcomer is the secret of the newest epoch in the entry's own past.
        const own = epochs.filter(({ epoch }) => past.has(epoch.entry)).at(-1)
        if (own) (own.epoch.sealed as Map<DeviceId, Uint8Array>).set(deviceId(added.keys.sign), added.epoch)
      }
    } else if (entry.type === 'rotate') {
      const epoch = readEpoch(entry.body, entry.hash)
      if (!epoch) continue
      epochs.push({ epoch, past })
    } else if (entry.type !== 'create') continue
    counted.add(entry.hash)
  }

  const newest = epochs.filter(({ epoch }) => !epochs.some(({ past }) => past.has(epoch.entry)))
  return {
    document: founding.document,
    first: founding.first,
    persons: [{ id: root, devices: [...devices.keys()], recovery: founding.recovery }],
    devices,
    epoch: (newest[0] ?? (epochs[0] as (typeof epochs)[number])).epoch,
    heads: headsOf(log),
  }
}

/** Entries that no other one names as previous, sorted. */
export const headsOf = (log: Log): EntryHash[] => {
  const named = new Set([...log.values()].flatMap(({ previous }) => previous))
  return [...log.keys()].filter((hash) => !named.has(hash)).sort()
}

/** The create entry aside, every entry whose whole past is here, by dependency; among those ready the smaller hash first. */
const inOrder = (log: Log, root: EntryHash): Entry[] => {
  const done = new Set<EntryHash>([root])
  const waiting = [...log.values()].filter(({ hash }) => hash !== root).sort((one, other) => (one.hash < other.hash ? -1 : 1))
  const ordered: Entry[] = []
  for (let next = ready(waiting, done); next !== undefined; next = ready(waiting, done)) {
    waiting.splice(waiting.indexOf(next), 1)
    done.add(next.hash)
    ordered.push(next)
  }
  return ordered
}

const ready = (waiting: readonly Entry[], done: ReadonlySet<EntryHash>): Entry | undefined =>
  waiting.find(({ previous }) => previous.length > 0 && previous.every((hash) => done.has(hash)))

const pastOf = (log: Log, entry: Entry): ReadonlySet<EntryHash> => {
  const past = new Set<EntryHash>()
  const open = [...entry.previous]
  for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
    if (past.has(hash)) continue
    past.add(hash)
    open.push(...(log.get(hash)?.previous ?? []))
  }
  return past
}

/** Whether the signer was a device of the space in the entry's own past. */
const isListed = (
  log: Log,
  entry: Entry,
  past: ReadonlySet<EntryHash>,
  counted: ReadonlySet<EntryHash>,
  founding: Founding,
): boolean =>
  founding.devices.some(({ sign }) => deviceId(sign) === entry.device) ||
  [...past].some((hash) => {
    const other = log.get(hash)
    const added = counted.has(hash) && other?.type === 'add device' ? readAddDevice(other) : undefined
    return added !== undefined && deviceId(added.keys.sign) === entry.device
  })

const devicesIn = (log: Log, past: ReadonlySet<EntryHash>, counted: ReadonlySet<EntryHash>, founding: Founding): number =>
  founding.devices.length + [...past].filter((hash) => counted.has(hash) && log.get(hash)?.type === 'add device').length

/** Each entry of a device has that device's previous entry in its past: two that do not know of each other count neither. */
const buildsOnItsOwn = (log: Log, entry: Entry, past: ReadonlySet<EntryHash>): boolean =>
  [...log.values()].every(
    (other) =>
      other.device !== entry.device || other.hash === entry.hash || past.has(other.hash) || pastOf(log, other).has(entry.hash),
  )

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

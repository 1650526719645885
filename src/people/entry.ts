import { type Cbor, fromCbor, toCbor } from '../bytes/cbor.ts'
import { type Sign, verify } from '../bytes/ed25519.ts'
import { concat, hexBytes, toHex, utf8 } from '../bytes/encoding.ts'
import { sha256 } from '../bytes/hash.ts'
import { type DeviceId, deviceId } from './device-keys.ts'
import { PeopleError } from './errors.ts'

/** The SHA-256 of an entry, in hexadecimal. */
export type EntryHash = string & { readonly brand: 'entry' }

/** Maximum bytes of an entry without its signature. A `rotate` or `create` entry may be longer, by `ROTATE_BYTES` per device. */
export const ENTRY_LIMIT = 16 * 1024
export const ROTATE_BYTES = 128

/** Maximum previous entries of one entry: one per device of a space, because the entries of a device form a chain. */
export const PREVIOUS_LIMIT = 16

/** Maximum entries of one log. A laptop computes the membership in 0.2 s and verifies all signatures in 0.6 s. */
export const LOG_LIMIT = 2_000

/** An entry of a space's membership log, as it was received: its bytes are kept and never encoded again. */
export interface Entry {
  readonly hash: EntryHash
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
  /** The hash of the create entry; undefined in the create entry itself. */
  readonly space: Uint8Array | undefined
  readonly previous: readonly EntryHash[]
  readonly device: DeviceId
  /** Entries of unknown types are stored and forwarded, but have no effect. */
  readonly type: string
  readonly body: Readonly<Record<string, unknown>>
}

export interface NewEntry {
  readonly space: Uint8Array | undefined
  readonly previous: readonly EntryHash[]
  readonly device: Uint8Array
  readonly type: string
  readonly body: Readonly<Record<string, Cbor>>
}

const CONTEXT = utf8('tessera/entry/1')

/** Signs an entry. @throws {PeopleError} `too-large`, `malformed` for more than `PREVIOUS_LIMIT` previous entries */
export const signEntry = async ({ space, previous, device, type, body }: NewEntry, sign: Sign): Promise<Entry> => {
  const bytes = toCbor({
    ...(space && { space }),
    previous: [...previous].sort().map((hash) => hexBytes(hash)),
    device,
    type,
    body,
  })
  return parseEntry(packEntry(bytes, await sign(concat(CONTEXT, bytes))))
}

/** Encodes an entry for the wire and for storage. */
export const packEntry = (bytes: Uint8Array, signature: Uint8Array): Uint8Array<ArrayBuffer> => toCbor([bytes, signature])

/**
 * Parses an entry and verifies its signature, but not whether it is effective.
 * @throws {PeopleError} `malformed`, `too-large`, `bad-signature`
 */
export const parseEntry = async (packed: Uint8Array): Promise<Entry> => {
  const [bytes, signature] = asArray(decode(packed))
  if (!(bytes instanceof Uint8Array && signature instanceof Uint8Array))
    throw malformed('an entry is a pair of bytes and signature')
  const entry = decode(bytes) as Record<string, unknown> | null
  const { space, previous, device, type, body } = entry ?? {}
  if (!(device instanceof Uint8Array && device.length === 32 && typeof type === 'string' && isMap(body))) {
    throw malformed('an entry has a device of 32 bytes, a type and a body')
  }
  if (!(space === undefined || (space instanceof Uint8Array && space.length === 32)))
    throw malformed('the space of an entry has 32 bytes')
  if (!(Array.isArray(previous) && previous.every((hash) => hash instanceof Uint8Array && hash.length === 32))) {
    throw malformed('the previous entries are hashes of 32 bytes')
  }
  const named = previous.map((hash) => toHex(hash as Uint8Array) as EntryHash)
  if (named.length > PREVIOUS_LIMIT)
    throw malformed(`it names at most ${PREVIOUS_LIMIT} previous entries, this one names ${named.length}`)
  if (named.some((hash, at) => at > 0 && hash <= (named[at - 1] ?? '')))
    throw malformed('its previous entries are sorted, and each is named once')
  const limit = type === 'rotate' || type === 'create' ? ENTRY_LIMIT + 16 * ROTATE_BYTES * 64 : ENTRY_LIMIT
  if (bytes.length > limit)
    throw new PeopleError('too-large', `An entry of the type "${type}" has at most ${limit} bytes, got ${bytes.length}.`)
  const signed = concat(CONTEXT, bytes)
  if (!(await verify(device, signature, signed))) {
    throw new PeopleError('bad-signature', `The signature of a log entry of the type "${type}" is not by the device it names.`)
  }
  return {
    hash: toHex(await sha256(signed)) as EntryHash,
    bytes,
    signature,
    space,
    previous: named,
    device: deviceId(device),
    type,
    body,
  }
}

/** Parses the entries of a received log. @throws {PeopleError} like `parseEntry`, or `too-large` for too many */
export const parseLog = async (packed: readonly unknown[]): Promise<Entry[]> => {
  if (packed.length > LOG_LIMIT)
    throw new PeopleError('too-large', `The log of a space holds at most ${LOG_LIMIT} entries, got ${packed.length}.`)
  return Promise.all(packed.map((each) => parseEntry(each instanceof Uint8Array ? each : new Uint8Array())))
}

const decode = (bytes: Uint8Array): unknown => {
  try {
    return fromCbor(bytes)
  } catch (cause) {
    throw new PeopleError('malformed', 'A log entry is not deterministic CBOR.', { cause })
  }
}

const asArray = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
const malformed = (expected: string) => new PeopleError('malformed', `A log entry cannot be read: ${expected}.`)

import { newSigningKeys, signer } from '../bytes/ed25519.ts'
import { equalBytes, fromHex, hexBytes, randomBytes } from '../bytes/encoding.ts'
import { sha256 } from '../bytes/hash.ts'
import { openSealed, sealTo } from '../bytes/x25519.ts'
import { type DeviceKeys, deviceId, type PublicKeys, publicHalf } from './device-keys.ts'
import { type Entry, type EntryHash, signEntry } from './entry.ts'
import { PeopleError } from './errors.ts'
import type { Membership } from './membership.ts'

/** Seals an epoch secret to devices, in the format of log entries. */
const sealToAll = (secret: Uint8Array, devices: readonly PublicKeys[]) =>
  Promise.all(devices.map(async ({ sign, agree }) => [sign, await sealTo(agree, secret, 'tessera/epoch/1')] as const))

/**
 * Creates the create entry of a space, with the founder's devices, a recovery key that only the recovery words open, and the first
 * epoch.
 * @param own the founder's keys on this device
 * @param others prekeys of the founder's other devices
 * @param words the public key of the recovery words
 * @param document 16 bytes
 * @param first the hash of the document's first change
 */
export const createEntry = async (
  own: DeviceKeys,
  others: readonly PublicKeys[],
  words: Uint8Array,
  document: Uint8Array,
  first: string,
): Promise<Entry> => {
  const recovery = await newSigningKeys()
  const secret = randomBytes(32)
  const devices = [publicHalf(own), ...others]
  return signEntry(
    {
      space: undefined,
      previous: [],
      device: own.sign.publicKey,
      type: 'create',
      body: {
        random: randomBytes(16),
        document,
        first: hexBytes(first),
        devices: devices.map(({ sign, agree }) => [sign, agree]),
        recovery: { publicKey: recovery.publicKey, sealed: await sealTo(words, recovery.secret, 'tessera/recovery/1') },
        epoch: { hash: await sha256(secret), sealed: await sealToAll(secret, devices) },
      },
    },
    await signer(own.sign),
  )
}

/** Creates an entry that adds a device of the same person, with the epoch's secret sealed to it. */
export const addDeviceEntry = async (
  own: DeviceKeys,
  root: EntryHash,
  membership: Membership,
  keys: PublicKeys,
): Promise<Entry> => {
  const secret = await epochSecret(own, membership)
  return signEntry(
    {
      space: fromHex(root),
      previous: membership.heads,
      device: own.sign.publicKey,
      type: 'add device',
      body: { keys: [keys.sign, keys.agree], epoch: await sealTo(keys.agree, secret, 'tessera/epoch/1') },
    },
    await signer(own.sign),
  )
}

/** Creates an entry with a new epoch secret, sealed to all listed devices. Discovery then uses it. */
export const rotateEntry = async (own: DeviceKeys, root: EntryHash, membership: Membership): Promise<Entry> => {
  const secret = randomBytes(32)
  return signEntry(
    {
      space: fromHex(root),
      previous: membership.heads,
      device: own.sign.publicKey,
      type: 'rotate',
      body: { hash: await sha256(secret), sealed: await sealToAll(secret, [...membership.devices.values()]) },
    },
    await signer(own.sign),
  )
}

/**
 * Creates an entry that names the migration change of a version, so that it is accepted without an attestation.
 * @param change its hash, hexadecimal
 * @param previous the heads of the log
 */
export const formatEntry = async (
  own: DeviceKeys,
  root: EntryHash,
  previous: readonly EntryHash[],
  version: string,
  change: string,
): Promise<Entry> =>
  signEntry(
    {
      space: fromHex(root),
      previous,
      device: own.sign.publicKey,
      type: 'format',
      body: { version, hash: hexBytes(change) },
    },
    await signer(own.sign),
  )

/** The epoch that a device uses. */
export interface OpenedEpoch {
  readonly secret: Uint8Array
  /** Newer epochs that this device cannot open. Devices that can open one meet on other topics than this device. */
  readonly unreadable: number
}

/** Opened secrets with their hash, by the sealed bytes: a log may hold 2,000 junk epochs, and each new entry makes a new membership. */
const openedSecrets = new WeakMap<Uint8Array, Promise<{ readonly secret: Uint8Array; readonly hash: Uint8Array } | undefined>>()

/**
 * The secret of the newest epoch that this device can open. A listed device can write a `rotate` entry with junk in place of the
 * sealed secrets. Such an epoch is skipped, because otherwise the devices could never connect again.
 * @throws {PeopleError} `no-epoch` if no secret was sealed to this device
 */
export const epochSecret = async (own: DeviceKeys, membership: Membership): Promise<Uint8Array> =>
  (await openedEpoch(own, membership)).secret

/** Like `epochSecret`, with the number of newer epochs that this device cannot open. @throws {PeopleError} `no-epoch` */
export const openedEpoch = async (own: DeviceKeys, { epochs }: Membership): Promise<OpenedEpoch> => {
  const device = deviceId(own.sign.publicKey)
  for (const [unreadable, { hash, sealed }] of epochs.entries()) {
    const bytes = sealed.get(device)
    const opened = bytes && (await openedSecret(own, bytes))
    if (opened && equalBytes(opened.hash, hash)) return { secret: opened.secret, unreadable }
  }
  throw new PeopleError(
    'no-epoch',
    'No secret of this space was sealed to this device. Ask another device of the space to add it again.',
  )
}

/** Opens a secret that was sealed to this device, at most once: sealed bytes belong to one device of one entry. */
const openedSecret = (own: DeviceKeys, sealed: Uint8Array) => {
  const opening = openedSecrets.get(sealed) ?? openSecret(own, sealed)
  openedSecrets.set(sealed, opening)
  return opening
}

const openSecret = async (own: DeviceKeys, sealed: Uint8Array) => {
  const secret = await openSealed(own.agree, sealed, 'tessera/epoch/1')
  return secret?.length === 32 ? { secret, hash: await sha256(secret) } : undefined
}

import { equalBytes } from '../../bytes/encoding.ts'
import type { OwnDeviceCode } from '../../discovery/codes/code.ts'
import type { Link } from '../../network/adapter/link.ts'
import type { ControlChannel } from '../../people/control-channel.ts'
import { deviceId, newDeviceKeys, publicHalf } from '../../people/device-keys.ts'
import { type Entry, packEntry, parseLog } from '../../people/entry.ts'
import { addDeviceEntry } from '../../people/founding.ts'
import { membershipOf } from '../../people/membership.ts'
import { type Met, meet } from '../../people/pairing.ts'
import { PROFILE } from '../../vault/vault.ts'
import type { PairingCode } from '../api/engine.ts'
import { joinHome } from '../profile/founding.ts'
import { addDevice } from '../profile/home.ts'
import type { ProfileSession } from '../profile/profile-session.ts'
import { logOf } from '../spaces/space-store.ts'
import type { Core } from '../workers/engine-module.ts'

/** Why pairing failed. */
export class PairingFailure extends Error {
  override readonly name = 'PairingFailure'

  constructor(
    readonly code: PairingCode,
    message: string,
  ) {
    super(message)
  }
}

export interface PairingSide {
  readonly profile: ProfileSession
  readonly core: Core
  readonly channel: ControlChannel
  readonly secret: Uint8Array
  /** The name of this device. */
  readonly name: string
  /** Whether the user of this device confirmed that the words match. */
  readonly answer: Promise<boolean>
}

/** The words to compare, and the name of the other device. */
export interface PairedWith {
  readonly words: readonly string[]
  readonly other: string
}

/**
 * Pairs as the device that showed the code: waits until both users confirm the words, then lists the other device in home.
 * @returns the name of the other device
 * @throws {PairingFailure | PeopleError | LinkError}
 */
export const pairAsInitiator = async (
  { profile, channel, secret, name, answer }: PairingSide,
  show: (paired: PairedWith) => void,
): Promise<string> => {
  const { home, vault } = profile
  const met = await meet(channel, { initiator: true, secret, keys: home.keys, name })
  show({ words: met.words, other: met.other.name })
  await bothAgree(met, answer)
  const words = await vault.get(PROFILE, ['words', 'public'])
  if (!words) throw new Error('The profile has no public key of its recovery words.')
  await home.addEntries([await addDeviceEntry(home.keys, home.root, home.membership, met.other.keys)])
  await profile.commitHome([addDevice(home.space(), deviceId(met.other.keys.sign), met.other.name)])
  await met.send(['welcome', home.root, [...home.log.values()].map(({ bytes, signature }) => packEntry(bytes, signature)), words])
  return met.other.name
}

/**
 * Pairs as the device that scanned the code: when both users have confirmed the words, the home of the other device replaces its own.
 * @returns the name of the other device
 * @throws {PairingFailure | PeopleError | LinkError}
 */
export const pairAsJoiner = async (
  { profile, core, channel, secret, name, answer }: PairingSide,
  show: (paired: PairedWith) => void,
): Promise<string> => {
  const keys = await newDeviceKeys()
  const met = await meet(refusingUsed(channel), { initiator: false, secret, keys, name })
  show({ words: met.words, other: met.other.name })
  await bothAgree(met, answer)
  const [kind, root, log, words] = asList(await met.receive())
  if (
    kind !== 'welcome' ||
    typeof root !== 'string' ||
    !Array.isArray(log) ||
    !(words instanceof Uint8Array && words.length === 32)
  ) {
    throw new PairingFailure('refused', 'The other device sent an invalid message instead of its home.')
  }
  const entries = await parseLog(log)
  const membership = membershipOf(logOf(entries), root as Entry['hash'])
  const listed = (device: Uint8Array) => membership?.devices.has(deviceId(device))
  if (!listed(publicHalf(keys).sign) || !listed(met.other.keys.sign)) {
    throw new PairingFailure('refused', 'The other device sent a home in which it, or this device, is not listed.')
  }
  await core.reopen((vault) => joinHome(vault, profile.home.id, { root: root as Entry['hash'], keys, log: entries, words }))
  return met.other.name
}

/** Waits until both users answer. @throws {PairingFailure} `words-differ` */
const bothAgree = async (met: Met, answer: Promise<boolean>): Promise<void> => {
  const theirs = met.receive().then((message) => {
    const [kind, match] = asList(message)
    return kind === 'answer' && match === true
  })
  // The first rejection ends pairing for both sides, and so does a closed link.
  const first = await Promise.race([answer, theirs])
  const own = first && (await Promise.race([answer, theirs.then((match) => (match ? answer : false))]))
  await met.send(['answer', own])
  if (!own || !(await theirs)) {
    throw new PairingFailure(
      'words-differ',
      'The words were not confirmed on both devices. Nothing was sent to the other device.',
    )
  }
}

/** A channel whose `receive` throws when the other device reports that the code was used. */
const refusingUsed = (channel: ControlChannel): ControlChannel => ({
  ...channel,
  async receive() {
    const message = await channel.receive()
    if (asList(message)[0] === 'used') throw new PairingFailure('code-used', 'This code was used by another device already.')
    return message
  },
})

const asList = (message: unknown): unknown[] => (Array.isArray(message) ? message : [])

/** Checks that the link uses the certificate that the code names. @throws {PairingFailure} `refused` */
export const checkCertificate =
  ({ fingerprint }: OwnDeviceCode) =>
  ({ remoteFingerprint }: Link): void => {
    if (!remoteFingerprint || !equalBytes(remoteFingerprint, fingerprint)) {
      throw new PairingFailure(
        'refused',
        'The device that answered is not the one that showed the code. Do not trust this relay or network.',
      )
    }
  }

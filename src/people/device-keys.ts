import { sha256 } from '@noble/hashes/sha2.js'
import { newSigningKeys, type SigningKeys, signingKeysFrom } from '../bytes/ed25519.ts'
import { randomBytes, toHex } from '../bytes/encoding.ts'
import { type AgreementKeys, agreementKeysFrom, newAgreementKeys } from '../bytes/x25519.ts'

/** The keys of a device in one space. They differ in every space, so that nobody can link the device across spaces. */
export interface DeviceKeys {
  readonly sign: SigningKeys
  readonly agree: AgreementKeys
}

/** The public keys of a device, as listed in the membership log. */
export interface PublicKeys {
  readonly sign: Uint8Array
  readonly agree: Uint8Array
}

/** A device within a space: its signing key in hexadecimal. */
export type DeviceId = string & { readonly brand: 'device' }

export const newDeviceKeys = async (): Promise<DeviceKeys> => ({ sign: await newSigningKeys(), agree: await newAgreementKeys() })

export const deviceKeysFrom = async (signSecret: Uint8Array, agreeSecret: Uint8Array): Promise<DeviceKeys> => ({
  sign: await signingKeysFrom(signSecret),
  agree: await agreementKeysFrom(agreeSecret),
})

export const publicHalf = ({ sign, agree }: DeviceKeys): PublicKeys => ({ sign: sign.publicKey, agree: agree.publicKey })

export const deviceId = (signPublicKey: Uint8Array): DeviceId => toHex(signPublicKey) as DeviceId

/** Hexadecimal digits of an actor that name its device: 16 bytes of the hash of the device's key. */
const DEVICE_DIGITS = 32

/**
 * A new Automerge actor for a device: 16 bytes that name the device and 8 random ones. A new one for each start that writes,
 * and never reused: two changes with the same actor and number can never be merged.
 */
export const newActor = (signPublicKey: Uint8Array): string => actorStem(signPublicKey) + toHex(randomBytes(8))

/** The common prefix of all actors of a device. */
export const actorStem = (signPublicKey: Uint8Array): string => toHex(sha256(signPublicKey)).slice(0, DEVICE_DIGITS)

export const stemOf = (actor: string): string => actor.slice(0, DEVICE_DIGITS)

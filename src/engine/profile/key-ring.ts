import { fromCbor, toCbor } from '../../bytes/cbor.ts'
import { concat, toHex } from '../../bytes/encoding.ts'
import { type DeviceKeys, deviceKeysFrom, newDeviceKeys } from '../../people/device-keys.ts'
import type { EntryHash } from '../../people/entry.ts'
import type { SpaceId } from '../../space/ids.ts'
import { PROFILE, type Vault, type VaultWrite } from '../../vault/vault.ts'
import { isDamage } from '../api/failure.ts'

/** A space on this device: the root of its log, and the keys of this device in it. */
export interface HeldSpace {
  readonly id: SpaceId
  readonly root: EntryHash
  readonly keys: DeviceKeys
  /** The call that created it, so that a repeated call does not create a second one. */
  readonly call: string | undefined
}

const secretsOf = ({ sign, agree }: DeviceKeys): Uint8Array => concat(sign.secret, agree.secret)
const keysFrom = (secrets: Uint8Array): Promise<DeviceKeys> => deviceKeysFrom(secrets.slice(0, 32), secrets.slice(32, 64))

/** The vault entry that adds a space to this device. */
export const holdSpace = ({ id, root, keys, call }: HeldSpace): VaultWrite => ({
  area: PROFILE,
  key: ['space', id],
  value: toCbor({ root, secrets: secretsOf(keys), call: call ?? null }),
})

/** Reads the spaces on this device, except those whose stored keys were altered; see `isKeyDamaged`. */
export const heldSpaces = async (vault: Vault): Promise<HeldSpace[]> =>
  Promise.all(
    (await vault.range(PROFILE, ['space'], () => undefined)).map(async ([key, value]) => {
      const { root, secrets, call } = fromCbor(value) as { root: EntryHash; secrets: Uint8Array; call: string | null }
      return { id: key[1] as SpaceId, root, keys: await keysFrom(secrets), call: call ?? undefined }
    }),
  )

/** Whether the stored keys of a space were altered. */
export const isKeyDamaged = async (vault: Vault, space: SpaceId): Promise<boolean> => {
  try {
    await vault.get(PROFILE, ['space', space])
    return false
  } catch (error) {
    if (isDamage(error)) return true
    throw error
  }
}

/** Creates prekeys for future spaces and stores their private keys in the vault. */
export const makePrekeys = async (vault: Vault, count: number): Promise<DeviceKeys[]> => {
  const made = await Promise.all(Array.from({ length: count }, newDeviceKeys))
  await vault.write(made.map((keys) => ({ area: PROFILE, key: ['reserve', toHex(keys.sign.publicKey)], value: secretsOf(keys) })))
  return made
}

/** The private keys of a prekey, or undefined when this device did not create it. */
export const findPrekeys = async (vault: Vault, signPublicKey: Uint8Array): Promise<DeviceKeys | undefined> => {
  const secrets = await vault.get(PROFILE, ['reserve', toHex(signPublicKey)])
  return secrets && keysFrom(secrets)
}

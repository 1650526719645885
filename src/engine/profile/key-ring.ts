import { fromCbor, toCbor } from '../../bytes/cbor.ts'
import { concat, toHex } from '../../bytes/encoding.ts'
import { type DeviceKeys, deviceKeysFrom, newDeviceKeys } from '../../people/device-keys.ts'
import type { EntryHash } from '../../people/entry.ts'
import type { SpaceId } from '../../space/ids.ts'
import { type Entry, PROFILE, type Vault } from '../../vault/vault.ts'
import { isDamage } from '../features/is-damage.ts'

/** A space as this device holds it: the root of its log and this device's keys in it. */
export interface HeldSpace {
  readonly id: SpaceId
  readonly root: EntryHash
  readonly keys: DeviceKeys
  /** The call that made it, so that one repeated makes no second. */
  readonly call: string | undefined
}

const secretsOf = ({ sign, agree }: DeviceKeys): Uint8Array => concat(sign.secret, agree.secret)
const keysFrom = (secrets: Uint8Array): Promise<DeviceKeys> => deviceKeysFrom(secrets.slice(0, 32), secrets.slice(32, 64))

/** What is to be written so that a space is held from now on. */
export const holdSpace = ({ id, root, keys, call }: HeldSpace): Entry => ({
  area: PROFILE,
  key: ['space', id],
  value: toCbor({ root, secrets: secretsOf(keys), call: call ?? null }),
})

/** Every space that is held; one whose keys were altered on disk is left out, see `isKeyDamaged`. */
export const heldSpaces = async (vault: Vault): Promise<HeldSpace[]> =>
  Promise.all(
    (await vault.range(PROFILE, ['space'], () => undefined)).map(async ([key, value]) => {
      const { root, secrets, call } = fromCbor(value) as { root: EntryHash; secrets: Uint8Array; call: string | null }
      return { id: key[1] as SpaceId, root, keys: await keysFrom(secrets), call: call ?? undefined }
    }),
  )

/** Whether this device holds keys of a space that were altered on disk. */
export const isKeyDamaged = async (vault: Vault, space: SpaceId): Promise<boolean> => {
  try {
    await vault.get(PROFILE, ['space', space])
    return false
  } catch (error) {
    if (isDamage(error)) return true
    throw error
  }
}

/** Makes keys for spaces to come; their private halves stay here, sealed. */
export const makePrekeys = async (vault: Vault, count: number): Promise<DeviceKeys[]> => {
  const made = await Promise.all(Array.from({ length: count }, newDeviceKeys))
  await vault.write(made.map((keys) => ({ area: PROFILE, key: ['reserve', toHex(keys.sign.publicKey)], value: secretsOf(keys) })))
  return made
}

/** The private halves of keys that this device made in reserve, or undefined when they are not its own. */
export const findPrekeys = async (vault: Vault, signPublicKey: Uint8Array): Promise<DeviceKeys | undefined> => {
  const secrets = await vault.get(PROFILE, ['reserve', toHex(signPublicKey)])
  return secrets && keysFrom(secrets)
}

import { toCbor } from '../bytes/cbor.ts'
import { equalBytes } from '../bytes/encoding.ts'
import { openSealed, sealTo } from '../bytes/x25519.ts'
import { VaultError } from './errors.ts'
import {
  LEAST_MEMORY,
  LEAST_SALT,
  MOST_ITERATIONS,
  MOST_MEMORY,
  type PassphraseParameters,
  passphraseKeys,
} from './passphrase.ts'

/** One method to unlock: its public key, and the parameters from which the private key is derived. */
export type UnsealedSlot = { readonly publicKey: Uint8Array } & (
  | ({ readonly kind: 'passphrase' } & PassphraseParameters)
  | { readonly kind: 'words' }
)

/** A slot with the key encryption key sealed to its public key. */
export type KeySlot = UnsealedSlot & { readonly sealed: Uint8Array }

export const passphraseSlot = async (passphrase: string, parameters: PassphraseParameters): Promise<UnsealedSlot> => ({
  kind: 'passphrase',
  ...parameters,
  publicKey: (await passphraseKeys(passphrase, parameters)).publicKey,
})

/** Seals the key encryption key to the public key of each slot, which requires no passphrase. */
export const sealToSlots = (keyEncryptionKey: Uint8Array, slots: readonly UnsealedSlot[]): Promise<KeySlot[]> =>
  Promise.all(
    slots.map(async (slot) => ({ ...slot, sealed: await sealTo(slot.publicKey, keyEncryptionKey, 'tessera/vault/seal/1') })),
  )

/** @throws {VaultError} `wrong-passphrase` */
export const findKey = async (
  slots: readonly KeySlot[],
  passphrase: string,
): Promise<{ readonly slot: KeySlot; readonly keyEncryptionKey: Uint8Array }> => {
  for (const slot of slots) {
    if (slot.kind !== 'passphrase') continue
    const keyEncryptionKey = await openSealed(await passphraseKeys(passphrase, slot), slot.sealed, 'tessera/vault/seal/1')
    if (keyEncryptionKey) return { slot, keyEncryptionKey }
  }
  throw new VaultError('wrong-passphrase', 'This passphrase does not open the profile.')
}

export const equalSlots = (one: readonly KeySlot[], other: readonly KeySlot[]): boolean =>
  equalBytes(toCbor(plainSlots(one)), toCbor(plainSlots(other)))

export const plainSlots = (slots: readonly KeySlot[]) => slots.map((slot) => ({ ...slot }))

/** Whether a value is a key slot whose parameters are within the limits. */
export const isKeySlot = (value: unknown): value is KeySlot => {
  if (typeof value !== 'object' || value === null) return false
  const { kind, publicKey, sealed, salt, memory, iterations } = value as Record<string, unknown>
  if (!(publicKey instanceof Uint8Array && sealed instanceof Uint8Array)) return false
  if (kind === 'words') return true
  return (
    kind === 'passphrase' &&
    salt instanceof Uint8Array &&
    salt.length >= LEAST_SALT &&
    isWithin(memory, LEAST_MEMORY, MOST_MEMORY) &&
    isWithin(iterations, 1, MOST_ITERATIONS)
  )
}

const isWithin = (value: unknown, least: number, most: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most

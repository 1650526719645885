import { openSealed, sealTo } from '../bytes/x25519.ts'
import { VaultError } from './errors.ts'
import type { UnsealedWay, Way } from './header.ts'
import { type PassphraseParameters, passphraseKeys } from './passphrase.ts'

/** The way that a passphrase opens. */
export const passphraseWay = async (passphrase: string, parameters: PassphraseParameters): Promise<UnsealedWay> => ({
  kind: 'passphrase',
  ...parameters,
  publicKey: (await passphraseKeys(passphrase, parameters)).publicKey,
})

/** Seals the key encryption key to the public half of each way: none of them has to be asked for. */
export const sealToWays = (keyEncryptionKey: Uint8Array, ways: readonly UnsealedWay[]): Promise<Way[]> =>
  Promise.all(
    ways.map(async (way) => ({ ...way, sealed: await sealTo(way.publicKey, keyEncryptionKey, 'tessera/vault/seal/1') })),
  )

/** @throws {VaultError} `wrong-passphrase` */
export const findKey = async (
  ways: readonly Way[],
  passphrase: string,
): Promise<{ readonly way: Way; readonly keyEncryptionKey: Uint8Array }> => {
  for (const way of ways) {
    if (way.kind !== 'passphrase') continue
    const keyEncryptionKey = await openSealed(await passphraseKeys(passphrase, way), way.sealed, 'tessera/vault/seal/1')
    if (keyEncryptionKey) return { way, keyEncryptionKey }
  }
  throw new VaultError('wrong-passphrase', 'This passphrase does not open the profile.')
}

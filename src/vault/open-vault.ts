import { generateMnemonic, mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { randomBytes, utf8 } from '../bytes/encoding.ts'
import { hkdf } from '../bytes/hash.ts'
import { agreementKeysFrom } from '../bytes/x25519.ts'
import type { Backend } from './backends/backend.ts'
import { VaultError } from './errors.ts'
import { encodeHeader, HEADER, type HeaderSecrets, openSecrets, readHeader, sealSecrets } from './header.ts'
import { findKey, passphraseSlot, sealToSlots } from './key-slots.ts'
import { passphraseParameters } from './passphrase.ts'
import { digests } from './root-record.ts'
import { openRootedWriter, ROOT } from './rooted-writer.ts'
import { namer, type Sealer, sealer, sealerWith } from './sealing.ts'
import { UnlockedVault } from './unlocked-vault.ts'
import { PROFILE, type Vault } from './vault.ts'

/**
 * Whether a profile exists on this device. A header without values is no profile: earlier versions wrote the header first, and
 * left it behind if they were killed before the second write.
 */
export const hasProfile = async (backend: Backend): Promise<boolean> => {
  if (!(await backend.get(HEADER))) return false
  return (await backend.get(ROOT)) !== undefined || (await backend.names([])).length > 1
}

/**
 * Creates a profile with this passphrase and 24 recovery words, which are stored sealed in it.
 * @throws {VaultError} `profile-exists`
 */
export const createVault = async (backend: Backend, passphrase: string, parameters = passphraseParameters()): Promise<Vault> => {
  if (await hasProfile(backend)) throw new VaultError('profile-exists', 'There is a profile on this device already. Unlock it.')
  const keyEncryptionKey = randomBytes(32)
  const words = generateMnemonic(wordlist, 256)
  const wordKeys = await agreementKeysFrom(await hkdf(mnemonicToEntropy(words, wordlist), 'tessera/vault/words/1'))
  const slots = await sealToSlots(keyEncryptionKey, [
    await passphraseSlot(passphrase, parameters),
    { kind: 'words', publicKey: wordKeys.publicKey },
  ])
  const secrets: HeaderSecrets = { names: randomBytes(32), slots }
  const rootSealer = await sealer(keyEncryptionKey)
  const nameOf = await namer(secrets.names)
  const writer = await openRootedWriter(backend, await digests(secrets.names), rootSealer)
  const values = [
    { key: ['words'], value: utf8(words) },
    { key: ['words', 'public'], value: wordKeys.publicKey },
  ]
  const header = encodeHeader({ slots, sealed: await sealSecrets(rootSealer, secrets) })
  // One transaction, because a header alone could neither be opened nor created again.
  await writer.replaceKey(
    async () => ({
      values: values.map((each) => ({ ...each, name: nameOf([PROFILE, ...each.key]), sealer: () => rootSealer })),
      put: [[HEADER, header]],
      rootSealer,
    }),
    () => undefined,
  )
  return openUnlocked(backend, rootSealer, secrets)
}

/** @throws {VaultError} `no-profile`, `wrong-passphrase`, `damaged`, `newer` */
export const openVault = async (backend: Backend, passphrase: string): Promise<Vault> => {
  const header = await readHeader(backend)
  const profileSealer = await sealer((await findKey(header.slots, passphrase)).keyEncryptionKey)
  return openUnlocked(backend, profileSealer, await openSecrets(profileSealer, header))
}

/**
 * Opens the vault without the passphrase, with the `unlockKey` of a vault that is open in another worker.
 * @throws {VaultError} `no-profile`, `newer`, `damaged`; `damaged` also if the key was replaced since
 */
export const openVaultWithKey = async (backend: Backend, unlockKey: CryptoKey): Promise<Vault> => {
  const profileSealer = sealerWith(unlockKey)
  return openUnlocked(backend, profileSealer, await openSecrets(profileSealer, await readHeader(backend)))
}

const openUnlocked = async (backend: Backend, profileSealer: Sealer, { names, slots }: HeaderSecrets): Promise<Vault> => {
  const digestOf = await digests(names)
  return new UnlockedVault({
    backend,
    names,
    nameOf: await namer(names),
    digestOf,
    writer: await openRootedWriter(backend, digestOf, profileSealer),
    slots,
    profileSealer,
  })
}

import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '../../src/bytes/encoding.ts'
import { sealTo } from '../../src/bytes/x25519.ts'
import { encodeHeader, sealSecrets } from '../../src/vault/header.ts'
import type { KeySlot } from '../../src/vault/key-slots.ts'
import { passphraseKeys } from '../../src/vault/passphrase.ts'
import { changeSum, digests, encodeRoot } from '../../src/vault/root-record.ts'
import { namer, sealer } from '../../src/vault/sealing.ts'
import { asText, counted, fixRandom, vectorsOf } from './fixed.ts'

const KEY = ['profile', 'space', 'lumen']
const VERSION = 7

describe('docs/formats/vault.md', () => {
  it('has the vectors that the code produces', async () => {
    const parameters = { salt: counted(16), memory: 64, iterations: 3 }
    const unlocked = await passphraseKeys('correct horse', parameters)
    const [keyEncryptionKey, names] = [counted(32, 0x40), counted(32, 0x60)]
    fixRandom()
    const sealed = await sealTo(unlocked.publicKey, keyEncryptionKey, 'tessera/vault/seal/1')
    const slots: KeySlot[] = [{ kind: 'passphrase', ...parameters, publicKey: unlocked.publicKey, sealed }]
    const profile = await sealer(keyEncryptionKey)
    const header = encodeHeader({ slots, sealed: await sealSecrets(profile, { names, slots }) })
    const name = (await namer(names))(KEY)
    const value = await profile.seal(name, VERSION, KEY.slice(1), utf8('Briar'))
    const digest = (await digests(names))(name, VERSION)
    const sums = new Map<string, Uint8Array>()
    changeSum(sums, name, digest)
    const root = encodeRoot({ counter: VERSION, sums })
    await expect(
      asText({
        passphrase: {
          text: 'correct horse',
          salt: toHex(parameters.salt),
          memory: 64,
          iterations: 3,
          publicKey: toHex(unlocked.publicKey),
        },
        header: {
          keyEncryptionKey: toHex(keyEncryptionKey),
          names: toHex(names),
          freshSecret: toHex(counted(32)),
          nonce: toHex(counted(12, 32)),
          bytes: toHex(header),
        },
        name: { key: KEY, parts: name.map(toHex) },
        value: { key: KEY.slice(1), value: 'Briar', version: VERSION, nonce: toHex(counted(12, 32)), bytes: toHex(value) },
        root: { part: toHex(digest), bytes: toHex(root) },
      }),
    ).toMatchFileSnapshot(vectorsOf('vault'))
  })
})

import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '../../src/bytes/encoding.ts'
import { sealTo } from '../../src/bytes/x25519.ts'
import { encodeHeader } from '../../src/vault/header.ts'
import { passphraseKeys } from '../../src/vault/passphrase.ts'
import { EMPTY_ROOT, encodeRoot, exclusiveOr, partOf } from '../../src/vault/root-record.ts'
import { namer, sealer } from '../../src/vault/sealing.ts'
import { asText, counted, fixRandom, vectorsOf } from './fixed.ts'

const KEY = ['profile', 'space', 'lumen']
const VERSION = 7

describe('docs/formats/vault.md', () => {
  it('has the vectors that the code gives', async () => {
    const parameters = { salt: counted(16), memory: 64, iterations: 3 }
    const unlocked = await passphraseKeys('correct horse', parameters)
    const keyEncryptionKey = counted(32, 0x40)
    fixRandom()
    const sealed = await sealTo(unlocked.publicKey, keyEncryptionKey, 'tessera/vault/seal/1')
    const header = encodeHeader({ ways: [{ kind: 'passphrase', ...parameters, publicKey: unlocked.publicKey, sealed }] })
    const name = (await namer(keyEncryptionKey))(KEY)
    const value = await (await sealer(keyEncryptionKey)).seal(name, VERSION, KEY.slice(1), utf8('Briar'))
    const part = (await partOf(keyEncryptionKey))(name, VERSION)
    const root = encodeRoot({ counter: VERSION, sum: exclusiveOr(EMPTY_ROOT.sum, part) })
    await expect(
      asText({
        passphrase: {
          text: 'correct horse',
          salt: toHex(parameters.salt),
          memory: 64,
          iterations: 3,
          publicKey: toHex(unlocked.publicKey),
        },
        header: { keyEncryptionKey: toHex(keyEncryptionKey), freshSecret: toHex(counted(32)), bytes: toHex(header) },
        name: { key: KEY, parts: name.map(toHex) },
        value: { key: KEY.slice(1), value: 'Briar', version: VERSION, nonce: toHex(counted(12, 32)), bytes: toHex(value) },
        root: { part: toHex(part), bytes: toHex(root) },
      }),
    ).toMatchFileSnapshot(vectorsOf('vault'))
  })
})

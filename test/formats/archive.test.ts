import { expect, it } from 'vitest'
import { signer } from '../../src/bytes/ed25519.ts'
import { toHex } from '../../src/bytes/encoding.ts'
import { encodeArchive } from '../../src/engine/features/archive-file.ts'
import { makeStatement } from '../../src/people/attestation.ts'
import { signEntry } from '../../src/people/entry.ts'
import { sealFile } from '../../src/vault/sealed-file.ts'
import { asText, counted, fixedKeys, fixRandom, vectorsOf } from './fixed.ts'

it('archive.md has the vectors that the code produces', async () => {
  const { sign } = await fixedKeys(0x10)
  const key = await signer(sign)
  const entry = await signEntry(
    { space: undefined, previous: [], device: sign.publicKey, type: 'create', body: { random: counted(16) } },
    key,
  )
  const statement = await makeStatement(entry.hash, counted(16, 0x20), toHex(counted(32, 0x30)), sign.publicKey, key)
  const content = encodeArchive({
    name: 'Lumen House',
    version: '0.2.0',
    made: 1_780_000_000,
    root: entry.hash,
    log: [entry],
    statements: [statement],
    document: counted(4, 0xe0),
  })
  const parameters = { salt: counted(16), memory: 64, iterations: 3 }
  fixRandom()
  const file = await sealFile(content, 'correct horse', {}, parameters)
  await expect(
    asText({
      content: toHex(content),
      passphrase: { text: 'correct horse', salt: toHex(parameters.salt), memory: 64, iterations: 3 },
      key: toHex(counted(32)),
      freshSecret: toHex(counted(32, 32)),
      nonce: toHex(counted(12, 64)),
      file: toHex(new Uint8Array(await file.arrayBuffer())),
    }),
  ).toMatchFileSnapshot(vectorsOf('archive'))
})

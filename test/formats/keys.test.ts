import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../src/bytes/encoding.ts'
import { hkdf } from '../../src/bytes/hash.ts'
import type { HkdfLabel } from '../../src/bytes/labels.ts'
import { agreementKeysFrom, openSealed } from '../../src/bytes/x25519.ts'
import { actorStem } from '../../src/people/device-keys.ts'
import { asText, counted, fixedKeys, vectorsOf } from './fixed.ts'

const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8')
const labels = async () =>
  [...(await read('../../src/bytes/labels.ts')).matchAll(/'(tessera\/[^']+)'/g)].map(([, label]) => label as HkdfLabel)

/** 16 counted bytes, sealed to the key below with a random key pair. Sealing is not deterministic, so only opening is tested. */
const SEALED =
  'ca8ae9f83794221262386ecf4d53244523a2d9f98e455e9dc47464ed67b6e479071de9dd33b98009913cca9e85a8f9e42b864dc68d6a194913761503807b0f6f'

describe('docs/formats/keys.md', () => {
  it('lists every label and no other', async () => {
    const told = [...(await read('../../docs/formats/keys.md')).matchAll(/^\| `(tessera\/[^`]+)`/gm)].map(([, label]) => label)
    expect(told.sort()).toEqual((await labels()).sort())
  })

  it('has the vectors that the code produces', async () => {
    const [secret, context] = [counted(32), counted(8, 0xa0)]
    const derived: Record<string, string> = {}
    for (const label of (await labels()).sort()) derived[label] = toHex(await hkdf(secret, label, context))
    const recipient = await agreementKeysFrom(counted(32, 0x40))
    const { sign, agree } = await fixedKeys(0x10)
    await expect(
      asText({
        hkdf: { secret: toHex(secret), context: toHex(context), length: 32, derived },
        sealTo: {
          label: 'tessera/epoch/1',
          recipientSecret: toHex(recipient.secret),
          recipientPublicKey: toHex(recipient.publicKey),
          sealed: SEALED,
          opened: toHex(
            (await openSealed(recipient, Uint8Array.from(Buffer.from(SEALED, 'hex')), 'tessera/epoch/1')) ?? new Uint8Array(),
          ),
        },
        device: {
          signSecret: toHex(sign.secret),
          signPublicKey: toHex(sign.publicKey),
          agreeSecret: toHex(agree.secret),
          agreePublicKey: toHex(agree.publicKey),
          actorBegins: actorStem(sign.publicKey),
        },
      }),
    ).toMatchFileSnapshot(vectorsOf('keys'))
  })
})

import { createPrivateKey, hkdfSync, sign as nodeSign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../../test/support/property-runs.ts'
import { newSigningKeys, signer, signingKeysFrom, verify } from './ed25519.ts'
import { concat, fromHex, toHex, utf8 } from './encoding.ts'
import { hkdf, sha256 } from './hash.ts'
import { agree, agreementKeysFrom, newAgreementKeys, openSealed, sealTo } from './x25519.ts'

const bytes = (hex: string) => fromHex(hex) ?? new Uint8Array()

describe('Ed25519', () => {
  // RFC 8032, section 7.1: tests 1 to 3.
  it.each([
    [
      '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
    [
      'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
      'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
      'af82',
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    ],
  ])('matches the signatures of RFC 8032 (%#)', async (secret, publicKey, message, signature) => {
    const keys = await signingKeysFrom(bytes(secret))
    expect(toHex(keys.publicKey)).toBe(publicKey)
    expect(toHex(await (await signer(keys))(bytes(message)))).toBe(signature)
    expect(await verify(keys.publicKey, bytes(signature), bytes(message))).toBe(true)
  })

  it('signs any message like Node', async () => {
    const keys = await newSigningKeys()
    const sign = await signer(keys)
    const nodeKey = createPrivateKey({
      key: Buffer.from(concat(bytes('302e020100300506032b657004220420'), keys.secret)),
      format: 'der',
      type: 'pkcs8',
    })
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (message) => {
        expect(toHex(await sign(message))).toBe(nodeSign(null, message, nodeKey).toString('hex'))
      }),
    )
  })

  it('rejects altered messages, and malformed keys and signatures', async () => {
    const keys = await newSigningKeys()
    const message = utf8('Briar was here')
    const signature = await (await signer(keys))(message)
    for (const flipped of [0, 31, 32, 63]) {
      const altered = signature.map((byte, index) => (index === flipped ? byte ^ 1 : byte))
      expect(await verify(keys.publicKey, altered, message)).toBe(false)
    }
    expect(await verify(keys.publicKey, signature, utf8('Briar was there'))).toBe(false)
    expect(await verify(keys.publicKey.slice(1), signature, message)).toBe(false)
    expect(await verify(keys.publicKey, signature.slice(1), message)).toBe(false)
    expect(await verify(new Uint8Array(32), new Uint8Array(64), message)).toBe(false)
  })
})

describe('Ed25519 points of small order', () => {
  // C. Chalkias, F. Garillot, V. Nikolaenko, "Taming the many EdDSAs" (2020): all encodings, the non-canonical ones too.
  const SMALL = [
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0000000000000000000000000000000000000000000000000000000000000080',
    '0000000000000000000000000000000000000000000000000000000000000000',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
    '0100000000000000000000000000000000000000000000000000000000000080',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ]

  it.each(SMALL)('are rejected as public keys: %s', async (key) => {
    // With the scalar 0, the signature is valid if the key times the hash equals its point: for at least one in eight messages.
    for (const point of SMALL) {
      const signature = concat(bytes(point), new Uint8Array(32))
      for (let number = 0; number < 16; number++)
        expect(await verify(bytes(key), signature, utf8(`message ${number}`)), `${point} ${number}`).toBe(false)
    }
  })
})

describe('X25519', () => {
  // RFC 7748, section 6.1.
  const ALICE = {
    secret: '77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a',
    publicKey: '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
  }
  const BOB = {
    secret: '5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb',
    publicKey: 'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f',
  }
  const SHARED = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742'

  it('matches RFC 7748', async () => {
    for (const { secret, publicKey } of [ALICE, BOB])
      expect(toHex((await agreementKeysFrom(bytes(secret))).publicKey)).toBe(publicKey)
    expect(toHex(await agree(bytes(ALICE.secret), bytes(BOB.publicKey)))).toBe(SHARED)
    expect(toHex(await agree(bytes(BOB.secret), bytes(ALICE.publicKey)))).toBe(SHARED)
  })

  it('rejects a key of low order, for which all secrets are equal', async () => {
    await expect(agree(bytes(ALICE.secret), new Uint8Array(32))).rejects.toThrow()
  })

  it('opens bytes sealed to it, but not altered ones or those of others', async () => {
    const [keys, other] = [await newAgreementKeys(), await newAgreementKeys()]
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.nat(), async (secret, at) => {
        const sealed = await sealTo(keys.publicKey, secret, 'tessera/epoch/1')
        expect(toHex((await openSealed(keys, sealed, 'tessera/epoch/1')) ?? utf8('closed'))).toBe(toHex(secret))
        expect(await openSealed(other, sealed, 'tessera/epoch/1')).toBeUndefined()
        expect(await openSealed(keys, sealed, 'tessera/recovery/1')).toBeUndefined()
        // The highest bit of an X25519 key is ignored (RFC 7748, section 5), so flip the lowest one.
        const altered = sealed.map((byte, index) => (index === at % sealed.length ? byte ^ 1 : byte))
        expect(await openSealed(keys, altered, 'tessera/epoch/1')).toBeUndefined()
      }),
      { numRuns: propertyRuns(30) },
    )
    expect(await openSealed(keys, new Uint8Array(7), 'tessera/epoch/1')).toBeUndefined()
  })
})

describe('HKDF-SHA-256', () => {
  it('derives like Node, without salt and with label and context as info', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array(),
        fc.uint8Array({ maxLength: 80 }),
        fc.integer({ min: 1, max: 96 }),
        async (secret, context, length) => {
          const info = concat(utf8('tessera/hello/1'), context)
          const expected = new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), info, length))
          expect(toHex(await hkdf(secret, 'tessera/hello/1', context, length))).toBe(toHex(expected))
        },
      ),
    )
  })
})

describe('SHA-256', () => {
  // FIPS 180-2, appendix B.
  it('matches the standard', async () => {
    expect(toHex(await sha256(utf8('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../../../test/support/property-runs.ts'
import { fromBase32, toBase32 } from '../../bytes/encoding.ts'
import { CodeError } from '../errors.ts'
import { crc32 } from './checksum.ts'
import { type Code, codeLink, encodeCode, type OwnDeviceCode, parseCode } from './code.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((value) => new Uint8Array(value))
const EXPIRES = 1_800_000_120_000
const now = EXPIRES - 120_000
const parse = (text: string, at = now) => parseCode(text, { now: at, fingerprintOf: (offer) => offer.slice(0, 32) })

const code: OwnDeviceCode = {
  kind: 'own-device',
  secret: new Uint8Array(16).fill(1),
  expires: EXPIRES,
  home: new Uint8Array(8).fill(2),
  fingerprint: new Uint8Array(32).fill(3),
  relays: ['wss://tessera.example.org/relay'],
}

/** Encodes a body with a valid checksum. */
const textOf = (body: Uint8Array) => {
  const whole = new Uint8Array(body.length + 4)
  whole.set(body)
  new DataView(whole.buffer).setUint32(body.length, crc32(body))
  return toBase32(whole).toUpperCase()
}
const bodyOf = (text: string) => (fromBase32(text.toLowerCase()) ?? new Uint8Array()).slice(0, -4)

const codes: fc.Arbitrary<Code> = fc.oneof(
  fc
    .record({
      secret: bytes(16),
      home: bytes(8),
      expires: fc.nat(2 ** 31).map((seconds) => now + 1_000 + seconds * 1000),
      relays: fc.array(fc.constantFrom('wss://a.example/relay', 'ws://localhost:5180/relay'), { maxLength: 4 }),
      offer: fc.option(
        fc.uint8Array({ minLength: 32, maxLength: 200 }).map((value) => new Uint8Array(value)),
        { nil: undefined },
      ),
      fingerprint: bytes(32),
    })
    .map(({ offer, ...rest }): Code => {
      const named = { kind: 'own-device' as const, ...rest, ...(offer && { offer }) }
      return offer ? { ...named, fingerprint: offer.slice(0, 32) } : named
    }),
  fc.record({
    kind: fc.constant('answer' as const),
    expires: fc.constant(EXPIRES),
    sealed: fc.uint8Array({ maxLength: 300 }).map((value) => new Uint8Array(value)),
  }),
)

describe('a code', () => {
  it('survives a round trip', () => {
    fc.assert(
      fc.property(codes, (given) => {
        expect(parse(encodeCode(given))).toEqual(given)
      }),
    )
  })

  it('has the encoding in docs/formats/code.md', () => {
    expect(encodeCode(code)).toBe(
      'CGDBU22J2J4FAAIBAEAQCAIBAEAQCAIBAEAQCAKIAIBAEAQCAIBAEWBAAMBQGAYDAMBQGAYDAMBQGAYDAMBQGAYDAMBQGAYD' +
        'AMBQGAYDAMBYC6A7O5ZXGORPF52GK43TMVZGCLTFPBQW24DMMUXG64THF5ZGK3DBPH3D6G3TKE',
    )
  })

  it('is parsed from a link, in lower case, in groups, and with line breaks', () => {
    const text = encodeCode(code)
    const link = codeLink('https://tessera.example.org/', text)
    expect(link).toBe(`https://tessera.example.org/#${text}`)
    for (const given of [
      link,
      text.toLowerCase(),
      `  ${text.match(/.{1,4}/g)?.join('-')}\n`,
      text.match(/.{1,40}/g)?.join('\r\n') ?? '',
    ]) {
      expect(parse(given)).toEqual(code)
    }
  })

  it('uses only the alphanumeric characters of QR codes', () => {
    expect(encodeCode(code)).toMatch(/^[A-Z2-7]+$/)
  })

  it('reads 0 and 1 as the letters that they look like', () => {
    const text = encodeCode(code)
    expect(text).toMatch(/[OL]/)
    expect(parse(text.replaceAll('O', '0').replaceAll('L', '1'))).toEqual(code)
  })

  it('expires', () => {
    const text = encodeCode(code)
    expect(parse(text, EXPIRES - 1)).toEqual(code)
    expect(() => parse(text, EXPIRES + 5_000)).toThrow(
      new CodeError('code-expired', 'This code expired 5 seconds ago. Show a new one on the other device.'),
    )
  })

  it('reports a newer version regardless of its contents', () => {
    expect(() => parse(textOf(Uint8Array.of(0x21, 1, 2, 3)))).toThrow(expect.objectContaining({ code: 'code-newer' }))
    const invitation = bodyOf(encodeCode(code))
    invitation[0] = 0x12
    expect(() => parse(textOf(invitation))).toThrow(expect.objectContaining({ code: 'code-newer' }))
  })

  it.each([
    '',
    '   ',
    '#',
    'hello',
    'https://tessera.example.org/',
    'https://tessera.example.org/#',
    'MZXQ',
    'A'.repeat(5_000),
    '🦊',
  ])('is garbled in %j', (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'code-garbled' }))
  })

  it('is garbled when a character is wrong, missing or doubled', () => {
    const text = encodeCode(code)
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('A', 'Q', '7', ''), fc.boolean(), (at, put, insert) => {
        const altered = text.slice(0, at) + put + text.slice(insert ? at : at + 1)
        if (altered === text) return
        expect(() => parse(altered)).toThrow(expect.objectContaining({ code: 'code-garbled' }))
      }),
    )
  })

  it('is rejected with a code error for arbitrary bytes with a valid checksum', () => {
    const body = bodyOf(encodeCode(code))
    fc.assert(
      fc.property(fc.integer({ min: 1, max: body.length - 1 }), fc.nat(255), (at, value) => {
        const altered = body.slice()
        altered[at] = value
        try {
          parse(textOf(altered))
        } catch (error) {
          expect(error).toBeInstanceOf(CodeError)
        }
      }),
      { numRuns: propertyRuns(500) },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (rest) => {
        expect(() => parse(textOf(Uint8Array.of(0x11, ...rest)))).toThrow(CodeError)
      }),
    )
  })

  it('accepts only WebSocket URLs as relays', () => {
    const text = encodeCode({ ...code, relays: ['javascript:alert(1)'] })
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'code-garbled' }))
  })
})

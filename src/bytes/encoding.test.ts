import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase32, fromBase64Url, fromHex, toBase32, toBase64Url, toHex, utf8 } from './encoding.ts'

describe('encodings', () => {
  it.each([
    ['', ''],
    ['f', 'my'],
    ['fo', 'mzxq'],
    ['foobar', 'mzxw6ytboi'],
  ])('encode %j to the base32 of RFC 4648', (text, expected) => {
    expect(toBase32(utf8(text))).toBe(expected)
  })

  it.each([
    ['base32', toBase32, fromBase32],
    ['hexadecimal', toHex, fromHex],
    ['base64url', toBase64Url, fromBase64Url],
  ] as const)('give back in %s what went in', (_, to, from) => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(from(to(bytes))).toEqual(new Uint8Array(bytes))
      }),
    )
  })

  it('reject text that is not canonical', () => {
    expect(fromBase32('mz')).toBeUndefined()
    expect(fromBase32('MY')).toBeUndefined()
    expect(fromHex('abc')).toBeUndefined()
    expect(fromBase64Url('a+b')).toBeUndefined()
    expect(fromBase64Url('QQ=')).toBeUndefined()
    expect(fromBase64Url('QR')).toBeUndefined()
  })
})

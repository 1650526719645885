import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../../test/support/property-runs.ts'
import { type Cbor, fromCbor, toCbor } from './cbor.ts'
import { fromHex, toHex } from './encoding.ts'

const bytes = (hex: string) => fromHex(hex) ?? new Uint8Array()

const { value: anyValue } = fc.letrec<{ value: Cbor }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
    fc.maxSafeInteger(),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array().map((each) => Uint8Array.from(each)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
  ),
}))

describe('deterministic CBOR', () => {
  // RFC 8949, appendix A.
  it.each([
    [0, '00'],
    [23, '17'],
    [24, '1818'],
    [1_000_000, '1a000f4240'],
    [18446744073709551615n, '1bffffffffffffffff'],
    [-1, '20'],
    [-1000, '3903e7'],
    [false, 'f4'],
    [null, 'f6'],
    [bytes('01020304'), '4401020304'],
    ['ü', '62c3bc'],
    [[1, [2, 3], [4, 5]], '8301820203820405'],
    [{ a: 1, b: [2, 3] }, 'a26161016162820203'],
  ] as const)('writes as the standard does (%#)', (value, hex) => {
    expect(toHex(toCbor(value))).toBe(hex)
    expect(fromCbor(bytes(hex))).toEqual(value)
  })

  it('sorts keys by their encoded bytes: shorter ones first', () => {
    expect(toHex(toCbor({ b: 1, aa: 2, a: 3 }))).toBe('a361610361620162616102')
  })

  it('survives a round trip with equal bytes', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const written = toCbor(value)
        expect(toCbor(fromCbor(written) as Cbor)).toEqual(written)
      }),
    )
  })

  it('keeps a key called __proto__ a key', () => {
    const read = fromCbor(bytes('a1695f5f70726f746f5f5f01')) as object
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
    expect(Object.keys(read)).toEqual(['__proto__'])
  })

  it.each([
    ['keys out of order', 'a2616201616101'],
    ['a longer key first', 'a262616101616201'],
    ['a repeated key', 'a2616101616102'],
    ['an integer longer than need be', '1801'],
    ['a negative integer longer than need be', '3800'],
    ['a length longer than need be', '5801aa'],
    ['an array of indefinite length', '9f01ff'],
    ['a float that is an integer', 'f93c00'],
    ['a float longer than need be', 'fa3fc00000'],
    ['text that is not UTF-8', '61ff'],
    ['undefined', 'f7'],
    ['a tag', 'c001'],
    ['a key that is no text', 'a10101'],
    ['two items', '0101'],
    ['an item cut off', '420a'],
    ['nothing', ''],
  ])('rejects %s', (_, hex) => {
    expect(() => fromCbor(bytes(hex))).toThrow()
  })

  it('decodes arbitrary bytes only if they encode to the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (some) => {
        let value: Cbor
        try {
          value = fromCbor(some) as Cbor
        } catch {
          return
        }
        expect(toHex(toCbor(value))).toBe(toHex(some))
      }),
      { numRuns: propertyRuns(2_000) },
    )
  })
})

import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { propertyRuns } from '../../../test/support/property-runs.ts'
import { byOrder, orderKeyBetween, orderKeys } from './order.ts'

const sorted = (keys: readonly string[]) =>
  [...keys].sort((one, other) => byOrder({ order: one, id: '' }, { order: other, id: '' }))

/** Random digits without repetition of the previous one; otherwise the test would fail once in 250,000 draws. */
const drawInTurn = (first: number) => {
  let drawn = first
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
    drawn += 1
    if (array instanceof Uint32Array) array.set([Math.floor(drawn / 3_782), Math.floor(drawn / 61), drawn])
    return array
  })
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('order keys', () => {
  const insert = fc.record({ at: fc.nat(), runs: fc.array(fc.integer({ min: 1, max: 130 }), { minLength: 1, maxLength: 3 }) })

  it('stay ordered and distinct when several devices repeatedly insert at one position', () => {
    fc.assert(
      fc.property(fc.nat(200_000), fc.array(insert, { maxLength: 25 }), (first, inserts) => {
        drawInTurn(first)
        let keys: string[] = []
        for (const { at, runs } of inserts) {
          const gap = at % (keys.length + 1)
          const [after, before] = [keys[gap - 1], keys[gap]]
          const made = runs.map((count) => orderKeys(count, after, before))
          for (const run of made) {
            expect(sorted(run)).toEqual(run)
            for (const key of run) {
              expect(after === undefined || after < key).toBe(true)
              expect(before === undefined || key < before).toBe(true)
            }
          }
          keys = sorted([...keys, ...made.flat()])
          expect(new Set(keys).size).toBe(keys.length)
        }
      }),
      { numRuns: propertyRuns(60) },
    )
  })

  it('never end in the zero digit, which the library rejects', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), (count) => {
        const keys = orderKeys(count)
        expect(keys).toHaveLength(count)
        expect(keys.every((key) => !key.endsWith('0'))).toBe(true)
      }),
      { numRuns: propertyRuns(30) },
    )
  })

  it('of two concurrent runs at one position do not interleave', () => {
    fc.assert(
      fc.property(
        fc.nat(200_000),
        fc.boolean(),
        fc.tuple(fc.integer({ min: 2, max: 300 }), fc.integer({ min: 2, max: 300 })),
        (first, atEnd, counts) => {
          drawInTurn(first)
          const [one = '', two = ''] = orderKeys(2)
          const [mine = [], theirs = []] = counts.map((count) => orderKeys(count, one, atEnd ? undefined : two))
          const owners = sorted([...mine, ...theirs]).map((key) => mine.includes(key))
          expect(owners.filter((owner, index) => owner !== owners[index - 1])).toHaveLength(2)
        },
      ),
      { numRuns: propertyRuns(50) },
    )
  })

  it('continue after a long run and stay short', () => {
    const last = orderKeys(5_000).at(-1)
    const next = orderKeys(1, last).at(0) ?? ''
    expect((last ?? '') < next).toBe(true)
    expect(Math.max(...[last ?? '', next].map(({ length }) => length))).toBeLessThan(12)
  })

  it.each([
    ['in front of one item', (made: number) => made + 1],
    ['behind one item', () => 1],
    ['between the last two', (made: number) => 1 + Math.ceil(made / 2)],
  ])('stay short, and renew few others, after many insertions %s', (_, placeOf) => {
    let keys = orderKeys(2)
    let renewals = 0
    for (let made = 0; made < 2_000; made++) {
      const at = placeOf(made)
      const { key, renewed } = orderKeyBetween(keys[at - 1], keys.slice(at))
      keys = [...keys.slice(0, at), key, ...renewed, ...keys.slice(at + renewed.length)]
      renewals += renewed.length
      expect(Math.max(key.length, ...renewed.map(({ length }) => length))).toBeLessThan(60)
    }
    expect(sorted(keys)).toEqual(keys)
    expect(new Set(keys).size).toBe(keys.length)
    expect(renewals).toBeLessThan(20 * 2_000)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RowOrder } from './row-order.ts'

const order = fc
  .record({ indexed: fc.nat(30), added: fc.nat(6), kept: fc.option(fc.nat(30)), has: fc.array(fc.nat(29), { maxLength: 7 }) })
  .map(({ indexed, added, kept, has }) => {
    const places = [...new Set(has)].filter((place) => place < indexed)
    const placesOfAdded = Array.from({ length: added }, (_, at) => places[at])
    const place = places[added]
    return {
      indexed,
      added: placesOfAdded,
      kept: kept === null ? undefined : { at: kept, place },
      order: new RowOrder(indexed, placesOfAdded, kept === null ? undefined : { at: kept, place }),
    }
  })

describe('the order of shown rows', () => {
  it('shows every row once', () => {
    fc.assert(
      fc.property(order, ({ indexed, added, kept, order }) => {
        const shown = Array.from({ length: order.total }, (_, at) => order.at(at))
        const places = shown.flatMap((each) => (each?.kind === 'indexed' ? [each.place] : []))
        const elsewhere = [...added, kept?.place]
        const others = Array.from({ length: indexed }, (_, place) => place).filter((place) => !elsewhere.includes(place))
        expect(places).toEqual(others)
        expect(shown.filter((each) => each?.kind === 'kept')).toHaveLength(kept ? 1 : 0)
        expect(shown.flatMap((each) => (each?.kind === 'added' ? [each.at] : []))).toEqual(added.map((_, at) => at))
        expect(order.at(order.total)).toBeUndefined()
      }),
    )
  })

  it('maps a position back to the row that is shown there', () => {
    fc.assert(
      fc.property(order, ({ order }) => {
        for (let at = 0; at < order.total; at++) {
          const shown = order.at(at)
          if (shown?.kind === 'indexed') expect(order.shownAt(shown.place)).toBe(at)
          if (shown?.kind === 'added') expect(order.addedAt(shown.at)).toBe(at)
        }
      }),
    )
  })

  it('keeps the position of an edited row', () => {
    const before = new RowOrder(10, [])
    expect(before.at(7)).toEqual({ kind: 'indexed', place: 7 })
    const edited = new RowOrder(10, [], { at: 7, place: 0 })
    expect(edited.at(7)).toEqual({ kind: 'kept' })
    expect(edited.at(0)).toEqual({ kind: 'indexed', place: 1 })
    expect(edited.at(8)).toEqual({ kind: 'indexed', place: 8 })
  })
})

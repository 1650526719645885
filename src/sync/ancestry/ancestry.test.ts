import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../../../test/support/property-runs.ts'
import { ancestryOver } from './ancestry.ts'

/** A change: who made it, and which of the changes before it it builds on, by numbers that are made to fit. */
const wishes = fc.array(fc.record({ actor: fc.nat(4), on: fc.array(fc.nat(), { maxLength: 3 }), follows: fc.boolean() }), {
  minLength: 1,
  maxLength: 60,
})

describe('ancestry', () => {
  it('are those that following every change back gives, also where some are numbered above others', () => {
    fc.assert(
      fc.property(wishes, fc.nat(), (list, cut) => {
        const below = ancestryOver<string>()
        const over = { ancestry: below }
        const ancestry: Set<number>[] = []
        const lasts = new Map<number, number>()
        for (const [number, { actor, on, follows }] of list.entries()) {
          if (number === cut % list.length) over.ancestry = ancestryOver(below)
          const last = lasts.get(actor)
          const chosen = number === 0 ? [] : on.map((each) => each % number)
          // Most build on what is newest, and all on what their actor made before.
          const newest = follows && number > 0 ? [number - 1] : []
          const builds = [...new Set([...chosen.slice(0, follows ? 1 : 3), ...newest, ...(last === undefined ? [] : [last])])]
          ancestry.push(new Set([number, ...builds.flatMap((each) => [...(ancestry[each] ?? [])])]))
          expect(over.ancestry.add({ actor: `${actor}`, first: number * 10, last: number * 10 + 5, on: builds })).toBe(true)
          lasts.set(actor, number)
        }
        for (const [later, past] of ancestry.entries())
          for (const earlier of ancestry.keys())
            expect(over.ancestry.isIn(earlier, later), `${earlier} in ${later}`).toBe(past.has(earlier))
        for (const [number, { actor }] of list.entries()) {
          expect(over.ancestry.find(`${actor}`, number * 10 + 5)).toBe(number)
          expect(over.ancestry.find(`${actor}`, number * 10 + 6)).toBeUndefined()
          expect(over.ancestry.find(`${actor + 1}`, number * 10)).toBe(undefined)
        }
      }),
      { numRuns: propertyRuns(300) },
    )
  })

  it('tell of a change that does not build on what its actor made before', () => {
    const ancestry = ancestryOver<string>()
    expect(ancestry.add({ actor: 'a', first: 1, last: 1, on: [] })).toBe(true)
    expect(ancestry.add({ actor: 'b', first: 2, last: 2, on: [0] })).toBe(true)
    expect(ancestry.add({ actor: 'a', first: 2, last: 2, on: [] })).toBe(false)
  })

  it('do not see what their base is given later', () => {
    const base = ancestryOver<string>()
    base.add({ actor: 'a', first: 1, last: 1, on: [] })
    const over = ancestryOver(base)
    base.add({ actor: 'a', first: 2, last: 2, on: [0] })
    expect(over.of('a')).toEqual([0])
    over.add({ actor: 'b', first: 2, last: 2, on: [0] })
    expect([over.size, over.of('b'), over.find('a', 2)]).toEqual([2, [1], undefined])
  })

  it('take hardly longer for many changes of two devices that were apart', () => {
    const ancestry = ancestryOver<number>()
    ancestry.add({ actor: 0, first: 1, last: 1, on: [] })
    const last = [0, 0]
    for (let turn = 0; turn < 200_000; turn++) {
      const actor = turn < 100_000 ? 0 : 1
      const on = [last[actor] ?? 0]
      last[actor] = ancestry.size
      expect(ancestry.add({ actor, first: turn + 2, last: turn + 2, on })).toBe(true)
    }
    expect([ancestry.isIn(50, 100_000), ancestry.isIn(100_000, 200_000), ancestry.isIn(0, 200_000)]).toEqual([true, false, true])
    ancestry.add({ actor: 0, first: 300_000, last: 300_000, on: last })
    expect(ancestry.at(200_001).prefix).toBe(200_002)
  })

  it('are told of two devices that take turns for years, and begin anew each day, while a third has one change apart', () => {
    const ancestry = ancestryOver<string>()
    ancestry.add({ actor: 'first', first: 1, last: 1, on: [] })
    ancestry.add({ actor: 'apart', first: 2, last: 2, on: [0] })
    for (let turn = 0; turn < 100_000; turn++) {
      const on = [turn === 0 ? 0 : ancestry.size - 1]
      expect(ancestry.add({ actor: `${turn % 2}/${Math.floor(turn / 20)}`, first: 3 + turn, last: 3 + turn, on })).toBe(true)
    }
    expect([ancestry.isIn(1, 100_001), ancestry.isIn(50_000, 100_001), ancestry.isIn(100_001, 50_000)]).toEqual([
      false,
      true,
      false,
    ])
    expect(ancestry.at(100_001).beside?.size).toBe(0)
  })

  it('are told of changes that build on very many others', () => {
    const ancestry = ancestryOver<string>()
    ancestry.add({ actor: 'first', first: 1, last: 1, on: [] })
    ancestry.add({ actor: 'aside', first: 2, last: 1, on: [0] })
    const apart = Array.from({ length: 2_000 }, (_, at) => {
      ancestry.add({ actor: `a${at}`, first: 2, last: 1, on: [0] })
      return ancestry.size - 1
    })
    // More ends of lines than are kept: the way back is gone for the later ones.
    for (let at = 0; at < 600; at++) ancestry.add({ actor: `m${at}`, first: 2, last: 1, on: apart })
    const [kept, late] = [ancestry.at(2_100), ancestry.at(2_601)]
    expect([kept.beside?.size, late.beside]).toEqual([1_999, undefined])
    for (const number of [2_100, 2_601])
      expect([1, 5, 2_001, 2_050, number].map((each) => ancestry.isIn(each, number))).toEqual([false, true, true, false, true])
    ancestry.add({ actor: 'late', first: 2, last: 1, on: [2_601, 1] })
    expect([1, 5, 2_500].map((each) => ancestry.isIn(each, ancestry.size - 1))).toEqual([true, true, false])
  })

  it('are told of two long lines that are joined again and again', () => {
    const ancestry = ancestryOver<string>()
    ancestry.add({ actor: 'first', first: 1, last: 1, on: [] })
    const last = [0, 0]
    for (let at = 0; at < 40_000; at++) {
      const on = [last[at % 2] ?? 0]
      last[at % 2] = ancestry.size
      ancestry.add({ actor: `${at % 2}`, first: 2, last: 1, on })
    }
    for (let at = 0; at < 4_000; at++) ancestry.add({ actor: `m${at}`, first: 2, last: 1, on: last })
    expect([ancestry.at(44_000).prefix, ancestry.isIn(39_000, 44_000), ancestry.isIn(43_000, 44_000)]).toEqual([
      40_001,
      true,
      false,
    ])
  })
})

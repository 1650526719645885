import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../../../test/support/property-runs.ts'
import { ancestryOver } from './ancestry.ts'

/** Random changes: an actor, and parents as arbitrary numbers that are mapped to earlier changes. */
const wishes = fc.array(fc.record({ actor: fc.nat(4), parents: fc.array(fc.nat(), { maxLength: 3 }), follows: fc.boolean() }), {
  minLength: 1,
  maxLength: 60,
})

describe('ancestry', () => {
  it('agrees with a naive search of all parents, with and without a base', () => {
    fc.assert(
      fc.property(wishes, fc.nat(), (list, cut) => {
        const below = ancestryOver<string>()
        const over = { ancestry: below }
        const ancestry: Set<number>[] = []
        const lasts = new Map<number, number>()
        for (const [number, { actor, parents, follows }] of list.entries()) {
          if (number === cut % list.length) over.ancestry = ancestryOver(below)
          const last = lasts.get(actor)
          const chosen = number === 0 ? [] : parents.map((each) => each % number)
          // Most depend on the newest change, and all on the previous change of their actor.
          const newest = follows && number > 0 ? [number - 1] : []
          const builds = [...new Set([...chosen.slice(0, follows ? 1 : 3), ...newest, ...(last === undefined ? [] : [last])])]
          ancestry.push(new Set([number, ...builds.flatMap((each) => [...(ancestry[each] ?? [])])]))
          expect(over.ancestry.add({ actor: `${actor}`, first: number * 10, last: number * 10 + 5, parents: builds })).toBe(true)
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

  it('reports a change that does not depend on the previous change of its actor', () => {
    const ancestry = ancestryOver<string>()
    expect(ancestry.add({ actor: 'a', first: 1, last: 1, parents: [] })).toBe(true)
    expect(ancestry.add({ actor: 'b', first: 2, last: 2, parents: [0] })).toBe(true)
    expect(ancestry.add({ actor: 'a', first: 2, last: 2, parents: [] })).toBe(false)
  })

  it('ignores changes added to its base later', () => {
    const base = ancestryOver<string>()
    base.add({ actor: 'a', first: 1, last: 1, parents: [] })
    const over = ancestryOver(base)
    base.add({ actor: 'a', first: 2, last: 2, parents: [0] })
    expect(over.of('a')).toEqual([0])
    over.add({ actor: 'b', first: 2, last: 2, parents: [0] })
    expect([over.size, over.of('b'), over.find('a', 2)]).toEqual([2, [1], undefined])
  })

  it('is fast for many concurrent changes of two devices', () => {
    const ancestry = ancestryOver<number>()
    ancestry.add({ actor: 0, first: 1, last: 1, parents: [] })
    const last = [0, 0]
    for (let turn = 0; turn < 200_000; turn++) {
      const actor = turn < 100_000 ? 0 : 1
      const parents = [last[actor] ?? 0]
      last[actor] = ancestry.size
      expect(ancestry.add({ actor, first: turn + 2, last: turn + 2, parents })).toBe(true)
    }
    expect([ancestry.isIn(50, 100_000), ancestry.isIn(100_000, 200_000), ancestry.isIn(0, 200_000)]).toEqual([true, false, true])
    ancestry.add({ actor: 0, first: 300_000, last: 300_000, parents: last })
    expect(ancestry.at(200_001).prefix).toBe(200_002)
  })

  it('stores no branches for two devices that alternate with new actors, next to one concurrent change', () => {
    const ancestry = ancestryOver<string>()
    ancestry.add({ actor: 'first', first: 1, last: 1, parents: [] })
    ancestry.add({ actor: 'apart', first: 2, last: 2, parents: [0] })
    for (let turn = 0; turn < 100_000; turn++) {
      const parents = [turn === 0 ? 0 : ancestry.size - 1]
      expect(ancestry.add({ actor: `${turn % 2}/${Math.floor(turn / 20)}`, first: 3 + turn, last: 3 + turn, parents })).toBe(true)
    }
    expect([ancestry.isIn(1, 100_001), ancestry.isIn(50_000, 100_001), ancestry.isIn(100_001, 50_000)]).toEqual([
      false,
      true,
      false,
    ])
    expect(ancestry.at(100_001).branches?.size).toBe(0)
  })

  it('answers for changes with very many parents', () => {
    const ancestry = ancestryOver<string>()
    ancestry.add({ actor: 'first', first: 1, last: 1, parents: [] })
    ancestry.add({ actor: 'aside', first: 2, last: 1, parents: [0] })
    const apart = Array.from({ length: 2_000 }, (_, at) => {
      ancestry.add({ actor: `a${at}`, first: 2, last: 1, parents: [0] })
      return ancestry.size - 1
    })
    // More branches than are stored, so later changes are searched step by step.
    for (let at = 0; at < 600; at++) ancestry.add({ actor: `m${at}`, first: 2, last: 1, parents: apart })
    const [kept, late] = [ancestry.at(2_100), ancestry.at(2_601)]
    expect([kept.branches?.size, late.branches]).toEqual([1_999, undefined])
    for (const number of [2_100, 2_601])
      expect([1, 5, 2_001, 2_050, number].map((each) => ancestry.isIn(each, number))).toEqual([false, true, true, false, true])
    ancestry.add({ actor: 'late', first: 2, last: 1, parents: [2_601, 1] })
    expect([1, 5, 2_500].map((each) => ancestry.isIn(each, ancestry.size - 1))).toEqual([true, true, false])
  })

  it('is fast for two long lines that are merged repeatedly', () => {
    const ancestry = ancestryOver<string>()
    ancestry.add({ actor: 'first', first: 1, last: 1, parents: [] })
    const last = [0, 0]
    for (let at = 0; at < 40_000; at++) {
      const parents = [last[at % 2] ?? 0]
      last[at % 2] = ancestry.size
      ancestry.add({ actor: `${at % 2}`, first: 2, last: 1, parents })
    }
    for (let at = 0; at < 4_000; at++) ancestry.add({ actor: `m${at}`, first: 2, last: 1, parents: last })
    expect([ancestry.at(44_000).prefix, ancestry.isIn(39_000, 44_000), ancestry.isIn(43_000, 44_000)]).toEqual([
      40_001,
      true,
      false,
    ])
  })
})

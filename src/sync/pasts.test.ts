import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../../test/support/property-runs.ts'
import { pastsOver } from './pasts.ts'

/** A change: who made it, and which of the changes before it it builds on, by numbers that are made to fit. */
const wishes = fc.array(fc.record({ actor: fc.nat(4), on: fc.array(fc.nat(), { maxLength: 3 }), follows: fc.boolean() }), {
  minLength: 1,
  maxLength: 60,
})

describe('pasts', () => {
  it('are those that following every change back gives, also where some are numbered above others', () => {
    fc.assert(
      fc.property(wishes, fc.nat(), (list, cut) => {
        const below = pastsOver<string>()
        const over = { pasts: below }
        const pasts: Set<number>[] = []
        const lasts = new Map<number, number>()
        for (const [number, { actor, on, follows }] of list.entries()) {
          if (number === cut % list.length) over.pasts = pastsOver(below)
          const last = lasts.get(actor)
          const chosen = number === 0 ? [] : on.map((each) => each % number)
          // Most build on what is newest, and all on what their actor made before.
          const newest = follows && number > 0 ? [number - 1] : []
          const builds = [...new Set([...chosen.slice(0, follows ? 1 : 3), ...newest, ...(last === undefined ? [] : [last])])]
          pasts.push(new Set([number, ...builds.flatMap((each) => [...(pasts[each] ?? [])])]))
          expect(over.pasts.add({ actor: `${actor}`, first: number * 10, last: number * 10 + 5, on: builds })).toBe(true)
          lasts.set(actor, number)
        }
        for (const [later, past] of pasts.entries())
          for (const earlier of pasts.keys())
            expect(over.pasts.isIn(earlier, later), `${earlier} in ${later}`).toBe(past.has(earlier))
        for (const [number, { actor }] of list.entries()) {
          expect(over.pasts.find(`${actor}`, number * 10 + 5)).toBe(number)
          expect(over.pasts.find(`${actor}`, number * 10 + 6)).toBeUndefined()
          expect(over.pasts.find(`${actor + 1}`, number * 10)).toBe(undefined)
        }
      }),
      { numRuns: propertyRuns(300) },
    )
  })

  it('tell of a change that does not build on what its actor made before', () => {
    const pasts = pastsOver<string>()
    expect(pasts.add({ actor: 'a', first: 1, last: 1, on: [] })).toBe(true)
    expect(pasts.add({ actor: 'b', first: 2, last: 2, on: [0] })).toBe(true)
    expect(pasts.add({ actor: 'a', first: 2, last: 2, on: [] })).toBe(false)
  })

  it('do not see what their base is given later', () => {
    const base = pastsOver<string>()
    base.add({ actor: 'a', first: 1, last: 1, on: [] })
    const over = pastsOver(base)
    base.add({ actor: 'a', first: 2, last: 2, on: [0] })
    expect(over.of('a')).toEqual([0])
    over.add({ actor: 'b', first: 2, last: 2, on: [0] })
    expect([over.size, over.at(1).actor, over.find('a', 2)]).toEqual([2, 'b', undefined])
  })

  it('take hardly longer for many changes of two devices that were apart', () => {
    const pasts = pastsOver<number>()
    pasts.add({ actor: 0, first: 1, last: 1, on: [] })
    const last = [0, 0]
    for (let turn = 0; turn < 200_000; turn++) {
      const actor = turn < 100_000 ? 0 : 1
      const on = [last[actor] ?? 0]
      last[actor] = pasts.size
      expect(pasts.add({ actor, first: turn + 2, last: turn + 2, on })).toBe(true)
    }
    expect([pasts.isIn(50, 100_000), pasts.isIn(100_000, 200_000), pasts.isIn(0, 200_000)]).toEqual([true, false, true])
    pasts.add({ actor: 0, first: 300_000, last: 300_000, on: last })
    expect(pasts.at(200_001).prefix).toBe(200_002)
  })
})

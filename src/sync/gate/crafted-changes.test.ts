import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../../../test/support/property-runs.ts'
import { type DecodedChange, decodeChange, encodeChange, newResident, type Resident } from '../../space/automerge.ts'
import { transact } from '../../space/write.ts'
import { readChunks } from '../chunks/chunk.ts'
import { readDocument } from '../chunks/document-head.ts'
import { rewriteChange } from '../document-sync.ts'
import { operationsFit } from '../operations/document-operations.ts'
import { headsWhenLoaded } from '../prove-document.ts'
import { documentView } from './document-view.ts'
import { checkChanges } from './gate.ts'

const authors = { deviceOf: (actor: string) => actor.slice(0, 2) }
const presentOf = (of: () => Resident) => {
  const actorClocks = new Map<string, { changes: number; operation: number }>()
  for (const m of of().handle.getChangesMeta([])) actorClocks.set(m.actor, { changes: m.seq, operation: m.maxOp })
  return documentView(of, (actor) => actorClocks.get(actor))
}
/** Encodes a change with arbitrary fields, as any member can. */
const craft = (actor: string, seq: number, startOp: number, deps: readonly string[], ops: readonly unknown[] = []) => {
  const bytes = encodeChange({ actor, seq, startOp, time: 1, message: '', deps, ops } as unknown as DecodedChange)
  return { bytes, hash: decodeChange(bytes).hash ?? '', actor }
}
type Crafted = ReturnType<typeof craft>
const empty = () => newResident('ff'.repeat(24))
/** Passes a batch to the gate and applies the admitted changes. @returns the outcome */
const give = async (resident: Resident, ...changes: Crafted[]): Promise<string> => {
  const attestations = changes.map(({ actor, hash }) => ({ device: actor.slice(0, 2), change: hash }))
  try {
    const chunks = await readChunks(changes.map(({ bytes }) => bytes))
    const { ready } = await checkChanges(
      chunks,
      attestations,
      authors,
      presentOf(() => resident),
      rewriteChange,
    )
    for (const each of ready) resident.handle.loadIncremental(each)
    return `took ${ready.length}`
  } catch (error) {
    const { name, code } = error as { name: string; code?: string }
    return `${name} ${code ?? String(error)}`
  }
}
/** Passes changes one by one. @returns the outcome of the last one */
const inTurn = async (resident: Resident, ...changes: Crafted[]) => {
  let last = ''
  for (const each of changes) last = await give(resident, each)
  return last
}
const ALICE = 'aa'.repeat(24)
const BOB = 'bb'.repeat(24)
const set = (key: string, value: unknown, pred: string[] = [], obj = '_root') => ({ action: 'set', obj, key, value, pred })
const base = craft(ALICE, 1, 1, [], [set('x', 1)])
const actorOf = (n: number) => 'bb'.repeat(16) + n.toString(16).padStart(16, '0')
const aside = craft(actorOf(999_999), 1, 2, [base.hash])
const chain = (count: number): Crafted[] => {
  const list: Crafted[] = []
  for (let n = 0; n < count; n++) list.push(craft(actorOf(n), 1, 2, [list.at(-1)?.hash ?? base.hash]))
  return list
}

describe('crafted changes', () => {
  it('are rejected if a predecessor exists only as a string that looks like an id', async () => {
    const a = craft(ALICE, 1, 1, [], [set('x', 1), set('k', `1@${ALICE}`)])
    const b = craft(BOB, 1, 3, [a.hash], [set('k', 'three', [`1@${ALICE}`])])
    expect(await give(empty(), a, b)).toBe('GateError bad-operation')
    const victim = empty()
    const outcome = await inTurn(victim, a, b)
    const loads = headsWhenLoaded(victim.handle.save()) !== undefined
    expect({ outcome, loads }).toEqual({ outcome: 'GateError bad-operation', loads: true })
  })

  it('are rejected if they replace an operation that its own change replaced', async () => {
    const a = craft(ALICE, 1, 1, [], [set('k', 'one'), set('k', 'two', [`1@${ALICE}`])])
    const b = craft(BOB, 1, 3, [a.hash], [set('k', 'three', [`1@${ALICE}`])])
    expect(await inTurn(empty(), a, b)).toBe('GateError bad-operation')
    expect(await give(empty(), a, b)).toBe('GateError bad-operation')
  })

  it('are rejected if they replace a value of another map in a map of the same batch', async () => {
    const b = craft(
      BOB,
      1,
      2,
      [base.hash],
      [{ action: 'makeMap', obj: '_root', key: 'm', pred: [] }, set('x', 1, [`1@${ALICE}`], `2@${BOB}`)],
    )
    expect(await give(empty(), base, b)).toBe('GateError bad-operation')
    expect(await inTurn(empty(), base, b)).toBe('GateError bad-operation')
  })

  it('of 4,000 concurrent actors do not block honest changes', async () => {
    const actors = chain(1500)
    const turns: Crafted[] = []
    let [p, q] = [actors.at(-1) as Crafted, actors.at(-2) as Crafted]
    const sequences = [1, 1]
    for (let n = 0; n < 2600; n++) {
      sequences[n % 2] = (sequences[n % 2] ?? 0) + 1
      const next = craft(q.actor, sequences[n % 2] ?? 0, 2, [p.hash])
      turns.push(next)
      ;[p, q] = [next, p]
    }
    const honest = craft('cc'.repeat(24), 1, 2, [base.hash], [set('y', 1)])
    const outcomes = async (...batches: Crafted[][]) => {
      const resident = empty()
      const list: string[] = []
      for (const batch of batches) list.push(await give(resident, ...batch))
      return list.at(-1)
    }
    expect({
      asideLast: await outcomes([base, ...actors, ...turns], [aside], [honest]),
      oneBatch: await outcomes([base, aside, ...actors, ...turns], [honest]),
      twoBatches: await outcomes([base, aside], [...actors, ...turns.slice(0, 1300)], turns.slice(1300), [honest]),
    }).toEqual({ asideLast: 'took 1', oneBatch: 'took 1', twoBatches: 'took 1' })
  }, 180_000)

  it('are rejected if a dependency is repeated', async () => {
    const many = craft(
      BOB,
      1,
      2,
      Array.from({ length: 10_000 }, () => base.hash),
    )
    expect(await inTurn(empty(), base, many)).toBe('GateError not-canonical')
  })

  it('can be checked while the document is reloaded', async () => {
    const writer = newResident(ALICE)
    for (let n = 0; n < 150; n++) transact(writer.handle, '{}', 1, (t) => t.put('/', `k${n}`, n))
    let now = empty()
    const giveWay = async () => {
      const saved = now.handle.save()
      now.handle.free()
      now = empty()
      if (saved.length > 0) now.handle.loadIncremental(saved)
    }
    const attestations = writer.handle.getChangesMeta([]).map(({ hash }) => ({ device: 'aa', change: hash }))
    const { ready } = await checkChanges(
      await readChunks(writer.handle.getChanges([])),
      attestations,
      authors,
      presentOf(() => now),
      undefined,
      giveWay,
    )
    expect(ready).toHaveLength(150)
  })

  it('have the same outcome in any batches, and never break the document', async () => {
    const counts = { taken: 0, refused: 0 }
    await fc.assert(
      fc.asyncProperty(fc.array(aWish, { minLength: 3, maxLength: 8 }), async (wishes) => {
        const history: Written[] = []
        for (const wish of wishes) {
          const next = written(wish, history)
          const all = [...history, next]
          const past = history.filter(({ hash }) => next.past.has(hash))
          const outcomes = {
            together: await given([all]),
            after: await given([history, [next]]),
            onItsPast: await given([past, [next]]),
            inPieces: await given(cut(all, wish.pieces)),
          }
          const taken = outcomes.together === 'taken'
          const same = taken ? 'taken' : expect.stringMatching(/^GateError (bad-operation|too-large)$/)
          expect(outcomes).toEqual({ together: same, after: same, onItsPast: same, inPieces: same })
          counts[taken ? 'taken' : 'refused'] += 1
          expect(await fitsWhole(all)).toBe(taken)
          if (taken) history.push(next)
        }
      }),
      { numRuns: propertyRuns(40) },
    )
    expect(Math.min(counts.taken, counts.refused)).toBeGreaterThan(20)
  })
})

/** Random operations of a change. The numbers are mapped to existing sites when the change is encoded. */
const aWish = fc.record({
  actor: fc.nat(3),
  on: fc.array(fc.nat(), { maxLength: 2 }),
  acts: fc.array(fc.record({ what: fc.nat(9), where: fc.nat(), value: fc.nat(), more: fc.nat(7) }), {
    minLength: 1,
    maxLength: 4,
  }),
  pieces: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 9 }),
})
type Wish = typeof aWish extends fc.Arbitrary<infer Each> ? Each : never

/** A value under a key, a map, a text, or a character in a document. */
interface Site {
  readonly id: string
  readonly object: string
  readonly key: string | undefined
  readonly kind: 'value' | 'map' | 'text' | 'character'
}

interface Written extends Crafted {
  readonly sequence: number
  readonly greatest: number
  readonly past: ReadonlySet<string>
  readonly sites: readonly Site[]
}

/** Encodes a change that depends on some of these and may refer to operations of any of them and its own. */
const written = ({ actor: who, on, acts }: Wish, history: readonly Written[]): Written => {
  const actor = `${'abcd'[who]}${who}`.repeat(24)
  const own = history.filter((each) => each.actor === actor)
  const before = own.at(-1) ?? history[0]
  const chosen = new Set([
    ...(before ? [before] : []),
    ...on.flatMap((each) => history[each % Math.max(1, history.length)] ?? []),
  ])
  const past = new Set([...chosen].flatMap((each) => [each.hash, ...each.past]))
  const first = 1 + Math.max(0, ...[...chosen].map(({ greatest }) => greatest))
  const sites: Site[] = []
  const operations: object[] = []
  const idNow = () => `${first + operations.length}@${actor}`
  const note = (operation: object, kind: Site['kind'], object: string, key?: string) => {
    sites.push({ id: idNow(), object, key, kind })
    operations.push(operation)
  }
  if (history.length === 0) {
    note({ action: 'makeText', obj: '_root', key: 't', pred: [] }, 'text', '_root', 't')
    note({ action: 'makeMap', obj: '_root', key: 'm', pred: [] }, 'map', '_root', 'm')
  }
  for (const { what, where, value, more } of acts) {
    const all = [...history.flatMap((each) => each.sites), ...sites]
    const site = all[where % Math.max(1, all.length)] ?? { id: '', object: '_root', key: 'k', kind: 'value' }
    const texts = all.filter(({ kind }) => kind === 'text')
    const text = site.kind === 'character' && more > 0 ? site.object : (texts[value % Math.max(1, texts.length)]?.id ?? '_root')
    if (what < 2) {
      const elemId = site.kind === 'character' ? site.id : '_head'
      note({ action: 'set', obj: text, elemId, insert: true, value: 'c', pred: [] }, 'character', text)
    } else if (what === 2 && site.kind === 'character') {
      operations.push({ action: 'del', obj: text, elemId: site.id, pred: [site.id] })
    } else {
      const key = site.key ?? `k${value % 3}`
      const object =
        more === 0
          ? (all.find(({ kind }) => kind === 'map')?.id ?? '_root')
          : site.kind === 'map' && more === 1
            ? site.id
            : site.object
      const pred = site.id !== '' && site.kind !== 'character' && more !== 2 ? [site.id] : []
      // Sometimes a string that looks like an id.
      const held = value % 4 === 0 ? (all[value % Math.max(1, all.length)]?.id ?? 'v') : 'v'
      if (what === 9) operations.push({ action: 'del', obj: object, key, pred })
      else if (what === 8) note({ action: 'makeMap', obj: object, key, pred }, 'map', object, key)
      else if (what === 7) note({ action: 'makeText', obj: object, key, pred }, 'text', object, key)
      else note({ action: 'set', obj: object, key, value: held, pred }, 'value', object, key)
    }
  }
  const sequence = (own.at(-1)?.sequence ?? 0) + 1
  const made = craft(actor, sequence, first, [...chosen].map(({ hash }) => hash).sort(), operations)
  return { ...made, sequence, greatest: first + operations.length - 1, past, sites }
}

const cut = (changes: readonly Written[], sizes: readonly number[]): Written[][] => {
  const pieces: Written[][] = []
  for (let [at, piece] = [0, 0]; at < changes.length; piece++) {
    const size = sizes[piece % sizes.length] ?? 1
    pieces.push(changes.slice(at, at + size))
    at += size
  }
  return pieces
}

/** Whether a document with these changes loads and passes the check of whole documents. */
const fitsWhole = async (changes: readonly Written[]): Promise<boolean> => {
  const { handle } = empty()
  try {
    for (const { bytes } of changes) handle.loadIncremental(bytes)
    const saved = handle.save()
    return headsWhenLoaded(saved) !== undefined && operationsFit(await readDocument(saved)) !== undefined
  } catch {
    // Automerge or `readDocument` rejects it.
    return false
  } finally {
    handle.free()
  }
}

/** @returns `taken` if all changes of every batch are admitted */
const given = async (batches: readonly (readonly Written[])[]): Promise<string> => {
  const resident = empty()
  try {
    for (const batch of batches) {
      const said = await give(resident, ...batch)
      if (said !== `took ${batch.length}`) return said
    }
    return 'taken'
  } finally {
    resident.handle.free()
  }
}

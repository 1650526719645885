import { describe, expect, it } from 'vitest'
import { type DecodedChange, decodeChange, encodeChange, newResident, type Resident } from '../space/automerge.ts'
import { transact } from '../space/write.ts'
import { readChunks } from './chunk.ts'
import { pastsIn } from './document-pasts.ts'
import { rewriteChange } from './document-sync.ts'
import { checkChanges } from './gate.ts'
import { pastsOver } from './pasts.ts'
import { headsWhenLoaded } from './prove-document.ts'
import { referredIn } from './referred.ts'

const authors = { deviceOf: (actor: string) => actor.slice(0, 2) }
const presentOf = (of: () => Resident) => {
  const reaches = new Map<string, { changes: number; operation: number }>()
  for (const m of of().handle.getChangesMeta([])) reaches.set(m.actor, { changes: m.seq, operation: m.maxOp })
  return {
    ...referredIn(of),
    greatestOperation: (hash: string) => of().handle.getChangeMetaByHash(hash)?.maxOp,
    reachOf: (actor: string) => reaches.get(actor),
    actorOf: (hash: string) => of().handle.getChangeMetaByHash(hash)?.actor,
    pasts: (giveWay: () => Promise<void>) => pastsIn(of, giveWay),
  }
}
const craft = (actor: string, seq: number, startOp: number, deps: readonly string[], ops: readonly unknown[] = []) => {
  const bytes = encodeChange({ actor, seq, startOp, time: 1, message: '', deps, ops } as unknown as DecodedChange)
  return { bytes, hash: decodeChange(bytes).hash ?? '', actor }
}
type Crafted = ReturnType<typeof craft>
const empty = () => newResident('ff'.repeat(24))
const give = async (resident: Resident, ...changes: Crafted[]): Promise<string> => {
  const covers = changes.map(({ actor, hash }) => ({ device: actor.slice(0, 2), change: hash }))
  try {
    const chunks = await readChunks(changes.map(({ bytes }) => bytes))
    const { ready } = await checkChanges(
      chunks,
      covers,
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
  it('cannot pass a text that reads like an id for an operation: the saved document would never load again', async () => {
    const a = craft(ALICE, 1, 1, [], [set('x', 1), set('k', `1@${ALICE}`)])
    const b = craft(BOB, 1, 3, [a.hash], [set('k', 'three', [`1@${ALICE}`])])
    expect(await give(empty(), a, b)).toBe('GateError bad-operation')
    const victim = empty()
    const outcome = await inTurn(victim, a, b)
    const loads = headsWhenLoaded(victim.handle.save()) !== undefined
    expect({ outcome, loads }).toEqual({ outcome: 'GateError bad-operation', loads: true })
  })

  it('cannot replace what was replaced within its own change, in the batch or in the document', async () => {
    const a = craft(ALICE, 1, 1, [], [set('k', 'one'), set('k', 'two', [`1@${ALICE}`])])
    const b = craft(BOB, 1, 3, [a.hash], [set('k', 'three', [`1@${ALICE}`])])
    expect(await inTurn(empty(), a, b)).toBe('GateError bad-operation')
    expect(await give(empty(), a, b)).toBe('GateError bad-operation')
  })

  it('cannot replace in a map that the same batch makes what stands elsewhere', async () => {
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

  it('that many actors made apart, four thousand of them, do not close the document for everybody else', async () => {
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
  }, 60_000)

  it('are told from two devices that take turns for years while a third has one change apart', () => {
    const pasts = pastsOver<string>()
    pasts.add({ actor: 'g', first: 1, last: 1, on: [] })
    pasts.add({ actor: 'apart', first: 2, last: 2, on: [0] })
    // Each begins five times a day and they take turns a hundred times a day.
    for (let turn = 0; turn < 36_500; turn++)
      pasts.add({
        actor: `${turn % 2}/${Math.floor(turn / 20)}`,
        first: 3 + turn,
        last: 3 + turn,
        on: [turn === 0 ? 0 : pasts.size - 1],
      })
  }, 60_000)

  it('that build on one change many times are refused', async () => {
    const many = craft(
      BOB,
      1,
      2,
      Array.from({ length: 10_000 }, () => base.hash),
    )
    expect(await inTurn(empty(), base, many)).toBe('GateError not-canonical')
  })

  it('may be checked while the document is read again from disk', async () => {
    const writer = newResident(ALICE)
    for (let n = 0; n < 150; n++) transact(writer.handle, '{}', 1, (t) => t.put('/', `k${n}`, n))
    let now = empty()
    const giveWay = async () => {
      const saved = now.handle.save()
      now.handle.free()
      now = empty()
      if (saved.length > 0) now.handle.loadIncremental(saved)
    }
    const covers = writer.handle.getChangesMeta([]).map(({ hash }) => ({ device: 'aa', change: hash }))
    const { ready } = await checkChanges(
      await readChunks(writer.handle.getChanges([])),
      covers,
      authors,
      presentOf(() => now),
      undefined,
      giveWay,
    )
    expect(ready).toHaveLength(150)
  })
})

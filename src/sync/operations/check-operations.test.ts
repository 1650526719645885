import { describe, expect, it } from 'vitest'
import { type DecodedChange, decodeChange, encodeChange, newResident } from '../../space/automerge.ts'
import { transact } from '../../space/write.ts'
import { type ChangeHead, readChangeHead } from '../chunks/change-head.ts'
import { readChunks } from '../chunks/chunk.ts'
import { EMPTY_VIEW } from '../gate/ports.ts'
import { operationsCheck } from './check-operations.ts'
import { referredIn } from './referred.ts'

const ACTOR = 'aa'.repeat(24)
const OTHER = 'bb'.repeat(24)

type Read = ChangeHead & { readonly hash: string }

const headsOf = async (changes: readonly Uint8Array[]): Promise<Read[]> =>
  (await readChunks(changes)).flatMap((chunk) =>
    chunk.kind === 'change' ? [{ ...readChangeHead(chunk.body), hash: chunk.hash }] : [],
  )

/** Two changes that set, replace and delete values of a map. */
const honest = (): Uint8Array[] => {
  const { handle } = newResident(ACTOR)
  transact(handle, '{}', 1, (transaction) => {
    const map = transaction.make('/', 'records', { a: 'one', b: 2 })
    transaction.put(map, 'a', 'two')
    transaction.remove(map, 'b')
  })
  transact(handle, '{}', 1, (transaction) => {
    transaction.put('/records', 'a', 'three')
    transaction.put('/', 'k', true)
  })
  const changes = handle.getChanges([])
  handle.free()
  return changes
}

const known = {
  typeOf: (object: string) =>
    object === `1@${OTHER}` ? ('map' as const) : object === `9@${OTHER}` ? ('text' as const) : undefined,
  wrote: (operation: string, object: string, key: string) => operation === `3@${OTHER}` && object === '_root' && key === 'k',
  holds: (text: string, character: string) => text === `9@${OTHER}` && character === `12@${OTHER}`,
}

const base = { actor: ACTOR, seq: 1, startOp: 20, time: 1, message: '', deps: [] }
/** A change of one operation with a valid sequence number and dependencies. */
const crafted = (operation: object): Uint8Array =>
  encodeChange({
    ...base,
    ops: [{ pred: [], action: 'set', obj: '_root', key: 'k', value: 'v', ...operation }],
  } as unknown as DecodedChange)

/** Inserts one character at the start of an existing text; `operation` overrides fields. */
const inText = (operation: object) => ({ obj: `9@${OTHER}`, key: undefined, elemId: '_head', insert: true, ...operation })
const takeAway = (operation: object) =>
  inText({ action: 'del', insert: false, elemId: `12@${OTHER}`, pred: [`12@${OTHER}`], value: undefined, ...operation })

const check = async (changes: readonly Uint8Array[], present: Parameters<typeof operationsCheck>[1]) => {
  const heads = await headsOf(changes)
  const operations = operationsCheck(heads, present)
  for (const head of heads) operations.check(head, () => true)
}

describe('the operations of a change', () => {
  it('pass if an honest device wrote them, as one batch and one by one', async () => {
    await expect(check(honest(), EMPTY_VIEW)).resolves.toBeUndefined()
    const [first, second] = honest()
    if (!first || !second) throw new Error('two changes were written')
    const { ops } = decodeChange(second)
    const asked: string[] = []
    const present = {
      typeOf: (object: string) => (object === `1@${ACTOR}` ? ('map' as const) : undefined),
      wrote: (...place: string[]) => asked.push(place.join(' ')) > 0,
      holds: () => false,
    }
    await expect(check([second], present)).resolves.toBeUndefined()
    expect(asked).toEqual([`${ops[0]?.pred[0]} 1@${ACTOR} a`])
    await expect(check([second], EMPTY_VIEW)).rejects.toMatchObject({ code: 'bad-operation' })
    await expect(check([crafted({ pred: [`3@${OTHER}`] })], known)).resolves.toBeUndefined()
    await expect(check([crafted({ obj: `1@${OTHER}` })], known)).resolves.toBeUndefined()
    for (const fitting of [inText({}), inText({ elemId: `12@${OTHER}` }), takeAway({})])
      await expect(check([crafted(fitting)], known)).resolves.toBeUndefined()
  })

  it('pass if several devices edit one text and delete characters of others', async () => {
    const [one, other] = [newResident(ACTOR), newResident(OTHER)]
    transact(one.handle, '{}', 1, (transaction) => void transaction.makeText('/', 'text', 'Lumen House 👋'))
    other.handle.loadIncremental(one.handle.save())
    for (const [resident, at] of [
      [one, 3],
      [other, 6],
      [other, 0],
    ] as const) {
      transact(resident.handle, '{}', 1, (transaction) => {
        const text = transaction.textObject('/', 'text') ?? ''
        transaction.splice(text, at, 2, 'written here')
      })
    }
    // Insert after a character that the other device has deleted concurrently.
    one.handle.loadIncremental(other.handle.save())
    transact(one.handle, '{}', 1, (transaction) => {
      transaction.splice(transaction.textObject('/', 'text') ?? '', 5, 9, 'x')
    })
    const changes = one.handle.getChanges([])
    await expect(check(changes, EMPTY_VIEW)).resolves.toBeUndefined()

    // Change by change, each checked against the current document.
    const { handle, stub } = newResident('cc'.repeat(24))
    const resident = { handle, stub }
    const present = () => referredIn(() => resident)
    for (const change of changes) {
      await expect(check([change], present())).resolves.toBeUndefined()
      handle.loadIncremental(change)
    }
    const text = `1@${ACTOR}`
    const { holds } = present()
    expect([holds(text, `2@${ACTOR}`), holds(text, `900@${ACTOR}`)]).toEqual([true, false])
    expect(holds(text, text)).toBe(false)
    for (const each of [one, other, resident]) each.handle.free()
  })

  it.each([
    ['write to a container that does not exist', { obj: `5@${ACTOR}` }],
    ['write to a newer container', { obj: `25@${OTHER}` }],
    ['write to themselves', { obj: `20@${ACTOR}`, action: 'makeMap' }],
    ['insert into a map as if it were a text', { obj: `1@${OTHER}`, key: undefined, elemId: '_head', insert: true }],
    ['overwrite an element of a map as if it were a text', { obj: `1@${OTHER}`, key: undefined, elemId: `3@${OTHER}` }],
    ['set a key of a text as if it were a map', { obj: `9@${OTHER}` }],
    ['insert after a character that does not exist', inText({ elemId: `11@${OTHER}` })],
    ['insert after a newer character', inText({ elemId: `25@${OTHER}` })],
    ['insert a number into a text', inText({ value: 1, datatype: 'int' })],
    ['insert into a text with a predecessor', inText({ pred: [`12@${OTHER}`] })],
    ['overwrite a character', inText({ insert: false, elemId: `12@${OTHER}`, pred: [`12@${OTHER}`] })],
    ['create a map in a text', inText({ action: 'makeMap' })],
    ['delete the start of a text', inText({ action: 'del', insert: false, pred: [`12@${OTHER}`] })],
    ['delete a character with another one as predecessor', takeAway({ pred: [`3@${OTHER}`] })],
    ['delete a character without predecessor', takeAway({ pred: [] })],
    ['create a list', { action: 'makeList' }],
    ['increment a counter', { action: 'inc', value: 1 }],
    ['replace an operation that does not exist', { pred: ['3@cc'] }],
    ['replace a value of another key', { key: 'other', pred: [`3@${OTHER}`] }],
    ['replace a value of another map', { obj: `1@${OTHER}`, pred: [`3@${OTHER}`] }],
    ['replace a newer operation', { pred: [`30@${OTHER}`] }],
    ['replace themselves', { pred: [`20@${ACTOR}`] }],
    ['replace one operation twice', { pred: [`3@${OTHER}`, `3@${OTHER}`] }],
    ['delete without predecessor', { action: 'del' }],
    ['delete a value of another key', { action: 'del', pred: [`1@${OTHER}`] }],
  ])('are rejected if they %s', async (_, operation) => {
    await expect(check([crafted(operation)], known)).rejects.toMatchObject({ code: 'bad-operation' })
  })

  it('are rejected if they contain bytes, which Automerge decodes but cannot encode again', async () => {
    const { handle } = newResident(ACTOR)
    handle.put('/', 'k', Uint8Array.of(1, 2))
    handle.commit('{}', 1)
    await expect(check(handle.getChanges([]), EMPTY_VIEW)).rejects.toMatchObject({ code: 'bad-operation' })
    handle.free()
  })

  it('are rejected if a predecessor in the same batch wrote to another key', async () => {
    const [first] = honest()
    if (!first) throw new Error('a change was written')
    // Operation 2 wrote to the key `a` of the map.
    const elsewhere = encodeChange({
      ...base,
      ops: [{ action: 'set', obj: `1@${ACTOR}`, key: 'b', value: 'v', pred: [`2@${ACTOR}`] }],
    } as unknown as DecodedChange)
    await expect(check([first, elsewhere], EMPTY_VIEW)).rejects.toMatchObject({ code: 'bad-operation' })
  })

  it('are accepted by Automerge without an error', () => {
    // This is why the gate checks operations.
    expect(decodeChange(crafted({ obj: `5@${ACTOR}` })).ops[0]?.obj).toBe(`5@${ACTOR}`)
  })
})

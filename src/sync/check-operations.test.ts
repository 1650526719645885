import { describe, expect, it } from 'vitest'
import { type DecodedChange, decodeChange, encodeChange, newResident } from '../space/automerge.ts'
import { transact } from '../space/write.ts'
import { checkOperations } from './check-operations.ts'

const ACTOR = 'aa'.repeat(24)
const OTHER = 'bb'.repeat(24)

/** A document with a map, a value in it, another in its place, and a text. */
const honest = (): DecodedChange[] => {
  const { handle } = newResident(ACTOR)
  transact(handle, '{}', 1, (transaction) => {
    const map = transaction.make('/', 'records', { a: 'one', b: 2 })
    transaction.put(map, 'a', 'two')
    transaction.remove(map, 'b')
  })
  handle.putObject('/', 'text', 'hello')
  handle.commit('{}', 1)
  const decoded = handle.getChanges([]).map((change) => decodeChange(change))
  handle.free()
  return decoded
}

const nothing = { typeOf: () => undefined, knows: () => false }
const known = {
  typeOf: (object: string) =>
    object === `1@${OTHER}` ? ('map' as const) : object === `9@${OTHER}` ? ('text' as const) : undefined,
  knows: (actor: string) => actor === OTHER,
}

/** A change of one operation, its place in the order as an honest one's would be. */
const crafted = (operation: object): DecodedChange => ({
  ...(honest()[0] as DecodedChange),
  startOp: 20,
  ops: [{ pred: [], action: 'set', obj: '_root', key: 'k', value: 'v', ...operation }] as never,
})

describe('the operations of a change', () => {
  it('pass when an honest device wrote them, and tell what they make', () => {
    const [first, second] = honest()
    if (!first || !second) throw new Error('two changes were written')
    const made = checkOperations(first, nothing)
    expect([...made]).toEqual([[`1@${ACTOR}`, 'map']])
    expect([...checkOperations(second, nothing).values()]).toEqual(['text'])
  })

  it.each([
    ['write into a container that is not there', { obj: `5@${ACTOR}` }],
    ['write into one that is younger', { obj: `25@${OTHER}` }],
    ['write into a map as into a text', { obj: `1@${OTHER}`, key: undefined, elemId: '_head', insert: true }],
    ['write into a text as into a map', { obj: `9@${OTHER}` }],
    ['replace what is not there', { pred: ['3@cc'] }],
    ['replace what is younger', { pred: [`30@${OTHER}`] }],
    ['replace one thing twice', { pred: [`3@${OTHER}`, `3@${OTHER}`] }],
    ['delete nothing', { action: 'del' }],
    ['insert and replace at once', { obj: `9@${OTHER}`, key: undefined, elemId: '_head', insert: true, pred: [`3@${OTHER}`] }],
    ['replace the beginning of a text', { obj: `9@${OTHER}`, key: undefined, elemId: '_head' }],
    ['stand behind what is younger', { obj: `9@${OTHER}`, key: undefined, elemId: `40@${OTHER}`, insert: true }],
    ['hold bytes', { value: Uint8Array.of(1), datatype: 'bytes' }],
  ])('are refused when they %s', (_, operation) => {
    expect(() => checkOperations(crafted(operation), known)).toThrow(expect.objectContaining({ code: 'bad-operation' }))
  })

  it('are what Automerge would take in without a word', () => {
    // The reason for checking: it encodes and decodes such a change as any other.
    const change = encodeChange({ ...crafted({ obj: `5@${ACTOR}` }), deps: [], hash: undefined } as never)
    expect(decodeChange(change).ops[0]?.obj).toBe(`5@${ACTOR}`)
  })
})

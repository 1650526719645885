import { describe, expect, it } from 'vitest'
import { type DecodedChange, decodeChange, encodeChange, newResident } from '../space/automerge.ts'
import { transact } from '../space/write.ts'
import { checkOperations } from './check-operations.ts'

const ACTOR = 'aa'.repeat(24)
const OTHER = 'bb'.repeat(24)

/** A document with a map, a value in it, another in its place, and one that was deleted. */
const honest = (): DecodedChange => {
  const { handle } = newResident(ACTOR)
  transact(handle, '{}', 1, (transaction) => {
    const map = transaction.make('/', 'records', { a: 'one', b: 2 })
    transaction.put(map, 'a', 'two')
    transaction.remove(map, 'b')
  })
  const [change] = handle.getChanges([])
  handle.free()
  if (!change) throw new Error('a change was written')
  return decodeChange(change)
}

const nothing = { typeOf: () => undefined, wrote: () => false }
const known = {
  typeOf: (object: string) =>
    object === `1@${OTHER}` ? ('map' as const) : object === `9@${OTHER}` ? ('text' as const) : undefined,
  wrote: (operation: string, object: string, key: string) => operation === `3@${OTHER}` && object === '_root' && key === 'k',
}

/** A change of one operation, its place in the order as an honest one's would be. */
const crafted = (operation: object): DecodedChange => ({
  ...honest(),
  startOp: 20,
  ops: [{ pred: [], action: 'set', obj: '_root', key: 'k', value: 'v', ...operation }] as never,
})

describe('the operations of a change', () => {
  it('pass when an honest device wrote them, and tell what they make', () => {
    const { objects, places } = checkOperations(honest(), nothing)
    expect([...objects]).toEqual([[`1@${ACTOR}`, 'map']])
    expect(places.get(`1@${ACTOR}`)).toBe('_root/records')
    expect(() => checkOperations(crafted({ pred: [`3@${OTHER}`] }), known)).not.toThrow()
  })

  it.each([
    ['write into a container that is not there', { obj: `5@${ACTOR}` }],
    ['write into one that is younger', { obj: `25@${OTHER}` }],
    ['write into a map as into a text', { obj: `1@${OTHER}`, key: undefined, elemId: '_head', insert: true }],
    ['write into a text, which no document holds yet', { obj: `9@${OTHER}`, key: undefined, elemId: '_head', insert: true }],
    ['make a text', { action: 'makeText' }],
    ['count', { action: 'inc', value: 1 }],
    ['replace what is not there', { pred: ['3@cc'] }],
    ['replace what stands under another key', { key: 'other', pred: [`3@${OTHER}`] }],
    ['replace what is younger', { pred: [`30@${OTHER}`] }],
    ['replace one thing twice', { pred: [`3@${OTHER}`, `3@${OTHER}`] }],
    ['delete nothing', { action: 'del' }],
    ['delete what is not there', { action: 'del', pred: [`0@${OTHER}`] }],
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

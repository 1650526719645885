import { expect, it } from 'vitest'
import type { Chunk } from '../chunks/chunk.ts'
import { HELD_FOR, HELD_LIMIT, heldChanges } from './held-changes.ts'

const change = (hash: string, size = 10): Chunk => ({
  kind: 'change',
  hash,
  bytes: new Uint8Array(1),
  body: new Uint8Array(size),
})
const hashes = (changes: readonly { readonly hash: string }[]) => changes.map(({ hash }) => hash)

it('drops held changes one minute after they arrived', () => {
  let now = 0
  const held = heldChanges(() => now)
  expect(held.until).toBeUndefined()
  held.keep([change('a')])
  now = 1_000
  held.keep([change('a'), change('b')])
  expect(held.until).toBe(HELD_FOR)
  now = HELD_FOR - 1
  expect(held.expire()).toEqual([])
  now = HELD_FOR
  expect(hashes(held.expire())).toEqual(['a'])
  expect(hashes(held.changes)).toEqual(['b'])
  expect(held.until).toBe(HELD_FOR + 1_000)
})

it('holds at most 4 MiB and drops the first change that does not fit and all later ones', () => {
  const held = heldChanges(() => 0)
  const half = HELD_LIMIT / 2
  expect(held.keep([change('a', half), change('b', half)])).toEqual([])
  expect(held.lost).toBe(false)
  expect(hashes(held.keep([change('a', half), change('b', half), change('c', 1), change('d', 1)]))).toEqual(['c', 'd'])
  expect(hashes(held.changes)).toEqual(['a', 'b'])
  expect(held.lost).toBe(true)
})

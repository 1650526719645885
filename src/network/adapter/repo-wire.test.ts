import type { PeerId } from '@automerge/automerge-repo/slim'
import { encode } from 'cborg'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LinkError } from '../errors.ts'
import { decodeWire, encodeWire } from './repo-wire.ts'

const [alice, bob] = ['alice' as PeerId, 'bob' as PeerId]

describe('messages of automerge-repo', () => {
  it('survive a round trip', () => {
    const message = { type: 'sync', senderId: alice, targetId: bob, data: Uint8Array.of(1, 2) }
    expect(decodeWire(encodeWire(message))).toEqual(message)
    const greeting = { type: 'arrive', senderId: alice, peerMetadata: { isEphemeral: true } } as const
    expect(decodeWire(encodeWire(greeting))).toEqual(greeting)
  })

  it.each([
    ['a number', encode(7)],
    ['a list', encode([])],
    ['no type', encode({ senderId: 'a', targetId: 'b' })],
    ['no sender', encode({ type: 'sync', targetId: 'b' })],
    ['no target', encode({ type: 'sync', senderId: 'a' })],
    ['data that are text', encode({ type: 'sync', senderId: 'a', targetId: 'b', data: 'x' })],
    ['a greeting without metadata', encode({ type: 'arrive', senderId: 'a' })],
    ['a nest without end', new Uint8Array(1_000_000).fill(0x81)],
    ['an array that claims four billion entries', Uint8Array.of(0x9a, 255, 255, 255, 255)],
  ])('are rejected with %s', (_, bytes) => {
    expect(() => decodeWire(bytes)).toThrow(expect.objectContaining({ code: 'garbled' }))
  })

  it('fail with nothing but a link error for arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeWire(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(LinkError)
        }
      }),
    )
  })
})

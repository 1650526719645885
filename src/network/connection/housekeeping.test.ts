import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeNote, encodeNote, type Note } from './housekeeping.ts'

const notes: fc.Arbitrary<Note> = fc.oneof(
  fc.constant<Note>({ kind: 'ping' }),
  fc.constant<Note>({ kind: 'pong' }),
  fc.record({
    kind: fc.constant('consumed' as const),
    channel: fc.constantFrom('control' as const, 'sync' as const),
    bytes: fc.nat(0xffffffff),
  }),
  fc.record({
    kind: fc.constant('bye' as const),
    code: fc.constantFrom('left' as const, 'garbled' as const, 'failed' as const),
    message: fc.string({ maxLength: 100 }),
  }),
)

describe('housekeeping', () => {
  it('decodes every encoded note', () => {
    fc.assert(
      fc.property(notes, (note) => {
        expect(decodeNote(encodeNote(note))).toEqual(note)
      }),
    )
  })

  it('encodes notes as specified in docs/formats/frames.md', () => {
    expect(encodeNote({ kind: 'consumed', channel: 'sync', bytes: 262_144 })).toEqual(Uint8Array.of(3, 2, 0, 4, 0, 0))
    expect(encodeNote({ kind: 'bye', code: 'refused', message: 'no' })).toEqual(Uint8Array.of(4, 1, 0x6e, 0x6f))
  })

  it('rejects invalid notes', () => {
    for (const garbage of [[], [0], [1, 1], [3, 9, 0, 0, 0, 1], [3, 1, 0], [4], [4, 200], [5]]) {
      expect(decodeNote(Uint8Array.from(garbage))).toBeUndefined()
    }
    expect(decodeNote(new Uint8Array(1_000).fill(4))).toBeUndefined()
  })

  it('decodes arbitrary bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
        decodeNote(bytes)
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../../../test/support/property-runs.ts'
import { LinkError } from '../errors.ts'
import { FRAME_LIMIT } from '../link.ts'
import { assembler, framesOf, HEAD } from './frames.ts'

const frames = (message: Uint8Array) => [...framesOf(message)].map((frame) => new Uint8Array(frame))

/** Lengths around the boundaries of frames. */
const lengths = fc.oneof(
  fc.nat(300),
  fc.integer({ min: FRAME_LIMIT - HEAD - 2, max: FRAME_LIMIT + 2 }),
  fc.integer({ min: 2 * FRAME_LIMIT - HEAD - 2, max: 2 * FRAME_LIMIT + 2 }),
)
const messages = fc.tuple(lengths, fc.nat(255)).map(([length, fill]) => new Uint8Array(length).fill(fill))

describe('frames', () => {
  it('begin with the size of the message', () => {
    // docs/formats/frames.md
    expect(frames(Uint8Array.of(0xca, 0xfe))).toEqual([Uint8Array.of(0, 0, 0, 2, 0xca, 0xfe)])
    expect(frames(new Uint8Array())).toEqual([Uint8Array.of(0, 0, 0, 0)])
  })

  it('are full except for the last', () => {
    const sizes = frames(new Uint8Array(3 * FRAME_LIMIT)).map(({ length }) => length)
    expect(sizes).toEqual([FRAME_LIMIT, FRAME_LIMIT, FRAME_LIMIT, HEAD])
  })

  it('reassemble to the same messages in order', () => {
    fc.assert(
      fc.property(fc.array(messages, { maxLength: 5 }), (sent) => {
        const parts = assembler()
        const received = sent.flatMap(frames).map((frame) => parts.take(frame))
        const messages = received.filter((message) => message !== undefined)
        expect(messages).toHaveLength(sent.length)
        // Compare with `Buffer`: an element-wise comparison takes seconds.
        expect(messages.every((message, index) => Buffer.compare(message, sent[index] ?? new Uint8Array()) === 0)).toBe(true)
      }),
      { numRuns: propertyRuns(50) },
    )
  })

  it('reject a size above the limit before buffering anything', () => {
    expect(() => assembler(10).take(Uint8Array.of(0, 0, 0, 11))).toThrow(expect.objectContaining({ code: 'too-large' }))
    expect(() => assembler().take(Uint8Array.of(255, 255, 255, 255, 1))).toThrow(expect.objectContaining({ code: 'too-large' }))
  })

  it.each([
    ['no head', [Uint8Array.of(0, 0, 0)]],
    ['an empty frame', [new Uint8Array()]],
    ['more than announced', [Uint8Array.of(0, 0, 0, 1, 1, 1)]],
    ['less than fits', [Uint8Array.of(0, 0, 0, 2, 1)]],
    ['a short middle', [new Uint8Array(FRAME_LIMIT).fill(0).map((_, at) => (at === 1 ? 3 : 0)), new Uint8Array(5)]],
  ])('reject %s', (_, garbage) => {
    const parts = assembler()
    expect(() => garbage.map((frame) => parts.take(frame))).toThrow(expect.objectContaining({ code: 'garbled' }))
  })

  it('throw nothing but link errors for arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (garbage) => {
        const parts = assembler(1_000)
        for (const frame of garbage) {
          try {
            parts.take(frame)
          } catch (error) {
            expect(error).toBeInstanceOf(LinkError)
            return
          }
        }
      }),
    )
  })
})

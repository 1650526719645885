import { describe, expect, it, vi } from 'vitest'
import { eventually } from '../../../test/support/eventually.ts'
import { FRAME_COST, FRAME_LIMIT, WINDOW } from '../link.ts'
import { framesOf, HEAD } from './frames.ts'
import { inbox } from './inbox.ts'
import { outbox } from './outbox.ts'

const frames = (...messages: Uint8Array[]) =>
  messages.flatMap((message) => [...framesOf(message)].map((frame) => new Uint8Array(frame)))

/** Full frames that fit into a window. */
const FULL_FRAMES = Math.floor(WINDOW / (FRAME_LIMIT + FRAME_COST))

describe('an outbox', () => {
  it('sends at most one window, then continues as bytes are consumed', async () => {
    const left: number[] = []
    const box = outbox((frame) => left.push(frame.byteLength))
    const sent = vi.fn()
    const sending = box.send(new Uint8Array((FULL_FRAMES + 1) * FRAME_LIMIT - HEAD)).then(sent)
    expect(left).toEqual([])
    box.start()
    expect(left).toEqual(Array.from({ length: FULL_FRAMES }, () => FRAME_LIMIT))
    await Promise.resolve()
    expect(sent).not.toHaveBeenCalled()
    box.consumed(FRAME_LIMIT + FRAME_COST)
    await sending
    expect(left).toHaveLength(FULL_FRAMES + 1)
  })

  it('ignores consumed bytes beyond those sent', async () => {
    const left: number[] = []
    const box = outbox((frame) => left.push(frame.byteLength))
    box.start()
    box.consumed(0xffffffff)
    const sending = box.send(new Uint8Array(2 * WINDOW))
    expect(left).toHaveLength(FULL_FRAMES)
    box.end(new Error('over'))
    await expect(sending).rejects.toThrow('over')
    await expect(box.send(new Uint8Array())).rejects.toThrow('over')
  })

  it('cancels only messages whose sending has not begun', async () => {
    const box = outbox(() => undefined)
    box.start()
    const cancel = new AbortController()
    const begun = box.send(new Uint8Array(WINDOW), cancel.signal)
    const waiting = box.send(Uint8Array.of(1), cancel.signal)
    cancel.abort(new Error('no longer'))
    await expect(waiting).rejects.toThrow('no longer')
    box.consumed(WINDOW)
    await begun
    await expect(box.send(Uint8Array.of(1), cancel.signal)).rejects.toThrow('no longer')
  })
})

describe('an inbox', () => {
  it('reports no bytes as consumed while a message is being handled', async () => {
    const consumed = vi.fn()
    const box = inbox({ consumed, failed: vi.fn() })
    let done = () => {}
    const handled = new Promise<void>((resolve) => {
      done = resolve
    })
    const seen = vi.fn(() => handled)
    box.handle(seen)
    for (const frame of frames(Uint8Array.of(1), Uint8Array.of(2))) box.take(frame)
    expect(seen).toHaveBeenCalledOnce()
    expect(consumed).not.toHaveBeenCalled()
    done()
    await eventually(() => expect(consumed).toHaveBeenCalledExactlyOnceWith(10 + 2 * FRAME_COST))
    expect(seen).toHaveBeenCalledTimes(2)
  })

  it('keeps a new handler when the previous one is removed', async () => {
    const box = inbox({ consumed: vi.fn(), failed: vi.fn() })
    const [first, second] = [vi.fn(), vi.fn()]
    const end = box.handle(first)
    box.handle(second)
    end()
    for (const frame of frames(Uint8Array.of(1))) box.take(frame)
    await eventually(() => expect(second).toHaveBeenCalledOnce())
    expect(first).not.toHaveBeenCalled()
  })

  it('reports frames of an incomplete message as consumed', () => {
    const consumed = vi.fn()
    const box = inbox({ consumed, failed: vi.fn() })
    const [first, ...rest] = frames(new Uint8Array(2 * FRAME_LIMIT))
    if (first) box.take(first)
    expect(consumed).toHaveBeenCalledExactlyOnceWith(FRAME_LIMIT + FRAME_COST)
    for (const frame of rest) box.take(frame)
    // The message is complete, but not handled yet.
    expect(consumed).toHaveBeenCalledTimes(2)
  })

  it('fails once and ignores later frames', async () => {
    const failed = vi.fn()
    const box = inbox({ consumed: vi.fn(), failed })
    box.take(new Uint8Array(3))
    box.take(new Uint8Array(3))
    expect(failed).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'garbled' }))
  })
})

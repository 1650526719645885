/**
 * Messages and frames. A message is cut into frames of at most 64 KiB: the first begins with the message's size (four bytes, big
 * endian), and every frame but the last is full. So a receiver knows from the first bytes what it will have to hold, and every
 * frame has exactly one size that it may have.
 */
import { announcedTooLarge, frameGarbled } from '../errors.ts'
import { FRAME_LIMIT, MESSAGE_LIMIT } from '../link.ts'

/** Bytes of the size that a message begins with. */
export const HEAD = 4

/** The frames of a message, each a buffer of its own, so that it can be transferred. Made one at a time. */
export function* framesOf(message: Uint8Array): Generator<ArrayBuffer, void, undefined> {
  const first = new Uint8Array(Math.min(FRAME_LIMIT, HEAD + message.length))
  new DataView(first.buffer).setUint32(0, message.length)
  first.set(message.subarray(0, first.length - HEAD), HEAD)
  yield first.buffer
  for (let at = first.length - HEAD; at < message.length; at += FRAME_LIMIT) {
    yield new Uint8Array(message.subarray(at, at + FRAME_LIMIT)).buffer
  }
}

export interface Assembler {
  /**
   * The message that `frame` completes, or undefined while there is more to come.
   * @throws {LinkError} `garbled` for a frame of a size that it cannot have, `too-large` for an announced size above the limit
   */
  take(frame: Uint8Array): Uint8Array | undefined
}

/**
 * Puts messages together again. Holds what has arrived, never what was merely announced.
 * @param limit bytes of the largest message that is taken
 */
export const assembler = (limit = MESSAGE_LIMIT): Assembler => {
  let parts: Uint8Array[] = []
  let size = 0
  let missing = 0

  const begin = (frame: Uint8Array) => {
    if (frame.length < HEAD) throw frameGarbled(`${frame.length} bytes where a message's size was expected`)
    size = new DataView(frame.buffer, frame.byteOffset).getUint32(0)
    if (size > limit) throw announcedTooLarge(size, limit)
    missing = size
    return frame.subarray(HEAD)
  }

  const whole = () => {
    const [only] = parts
    if (parts.length === 1 && only) return only
    const message = new Uint8Array(size)
    let at = 0
    for (const part of parts) {
      message.set(part, at)
      at += part.length
    }
    return message
  }

  return {
    take(frame) {
      const first = parts.length === 0
      const part = first ? begin(frame) : frame
      const room = first ? FRAME_LIMIT - HEAD : FRAME_LIMIT
      const expected = Math.min(room, missing)
      if (part.length !== expected) throw frameGarbled(`${part.length} bytes of the message where ${expected} were expected`)
      parts.push(part)
      missing -= part.length
      if (missing > 0) return undefined
      const message = whole()
      parts = []
      return message
    },
  }
}

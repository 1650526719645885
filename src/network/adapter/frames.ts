/**
 * Splits messages into frames of at most 64 KiB and reassembles them. The first frame begins with the size of the message (four
 * bytes, big-endian), and every frame but the last is full. A receiver therefore knows the size of the message from its first
 * frame, and exactly one length is valid for each frame.
 */
import { announcedTooLarge, frameGarbled } from '../errors.ts'
import { FRAME_LIMIT, MESSAGE_LIMIT } from '../link.ts'

/** Bytes of the size prefix of a message. */
export const HEAD = 4

/** Yields the frames of a message. Each frame has its own buffer, so that it can be transferred. */
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
   * @returns the message that `frame` completes; undefined if the message is still incomplete
   * @throws {LinkError} `garbled` if the frame has an invalid length, `too-large` if the announced size exceeds the limit
   */
  take(frame: Uint8Array): Uint8Array | undefined
}

/**
 * Reassembles messages. Memory is allocated for received bytes only, never for an announced size.
 * @param limit maximum size of a message in bytes
 */
export const assembler = (limit = MESSAGE_LIMIT): Assembler => {
  let parts: Uint8Array[] = []
  let size = 0
  let missing = 0

  const begin = (frame: Uint8Array) => {
    if (frame.length < HEAD) throw frameGarbled(`${frame.length} bytes; a message starts with ${HEAD} bytes for its size`)
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
      if (part.length !== expected) throw frameGarbled(`it has ${part.length} bytes of the message; ${expected} were expected`)
      parts.push(part)
      missing -= part.length
      if (missing > 0) return undefined
      const message = whole()
      parts = []
      return message
    },
  }
}

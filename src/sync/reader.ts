import { GateError } from './errors.ts'

/** Reads the numbers of Automerge's binary format one after the other, never past the end. */
export interface Reader {
  readonly at: number
  readonly left: number
  /** Unsigned LEB128, at most 2⁵³ − 1, in its shortest form. */
  uint(): number
  /** Signed LEB128 within ±2⁵³. */
  int(): number
  bytes(length: number): Uint8Array
}

export const reader = (source: Uint8Array): Reader => {
  let at = 0
  const byte = (): number => {
    const value = source[at]
    if (value === undefined) throw new GateError('garbled', `A change ends in the middle, at byte ${at}.`)
    at += 1
    return value
  }
  return {
    get at() {
      return at
    },
    get left() {
      return source.length - at
    },
    uint() {
      // Nearly all numbers are one byte.
      const only = source[at]
      if (only !== undefined && only < 128) {
        at += 1
        return only
      }
      let value = 0
      for (let shift = 0; ; shift += 7) {
        const next = byte()
        value += (next & 127) * 2 ** shift
        if (value > Number.MAX_SAFE_INTEGER) throw new GateError('garbled', `A number at byte ${at} of a change is too large.`)
        if (next < 128) {
          if (next === 0 && shift > 0)
            throw new GateError('not-canonical', `A number at byte ${at} of a change is written longer than it need be.`)
          return value
        }
      }
    },
    int() {
      const only = source[at]
      if (only !== undefined && only < 128) {
        at += 1
        return only & 64 ? only - 128 : only
      }
      let value = 0
      for (let shift = 0; ; shift += 7) {
        const next = byte()
        value += (next & 127) * 2 ** shift
        if (shift > 56) throw new GateError('garbled', `A number at byte ${at} of a change is too large.`)
        if (next < 128) return next & 64 ? value - 2 ** (shift + 7) : value
      }
    },
    bytes(length) {
      if (length > source.length - at)
        throw new GateError('garbled', `A change claims ${length} bytes at byte ${at} and has ${source.length - at}.`)
      at += length
      return source.subarray(at - length, at)
    },
  }
}

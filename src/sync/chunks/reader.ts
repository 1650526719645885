import { GateError } from '../errors.ts'

/**
 * Reads numbers in Automerge's binary format, never past the end. It is a class because a change of one cell needs about 30
 * readers, and closures would take a third of the gate's time.
 */
export class Reader {
  readonly #source: Uint8Array
  #at = 0

  constructor(source: Uint8Array) {
    this.#source = source
  }

  get at(): number {
    return this.#at
  }

  get left(): number {
    return this.#source.length - this.#at
  }

  /** Unsigned LEB128, at most 2⁵³ − 1, in its shortest form. */
  uint(): number {
    // Nearly all numbers are one byte.
    const only = this.#source[this.#at]
    if (only !== undefined && only < 128) {
      this.#at += 1
      return only
    }
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const next = this.#byte()
      value += (next & 127) * 2 ** shift
      if (value > Number.MAX_SAFE_INTEGER)
        throw new GateError('garbled', `A number at byte ${this.#at} of a change is too large.`)
      if (next < 128) {
        if (next === 0 && shift > 0)
          throw new GateError('not-canonical', `A number at byte ${this.#at} of a change is not in its shortest encoding.`)
        return value
      }
    }
  }

  /** Signed LEB128 within ±2⁵³. */
  int(): number {
    const only = this.#source[this.#at]
    if (only !== undefined && only < 128) {
      this.#at += 1
      return only & 64 ? only - 128 : only
    }
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const next = this.#byte()
      value += (next & 127) * 2 ** shift
      if (shift > 56) throw new GateError('garbled', `A number at byte ${this.#at} of a change is too large.`)
      if (next < 128) return next & 64 ? value - 2 ** (shift + 7) : value
    }
  }

  bytes(length: number): Uint8Array {
    if (length > this.left)
      throw new GateError('garbled', `A change claims ${length} bytes at byte ${this.#at} and has ${this.left}.`)
    this.#at += length
    return this.#source.subarray(this.#at - length, this.#at)
  }

  #byte(): number {
    const value = this.#source[this.#at]
    if (value === undefined) throw new GateError('garbled', `A change ends in the middle, at byte ${this.#at}.`)
    this.#at += 1
    return value
  }
}

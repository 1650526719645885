import { concat } from '../../bytes/encoding.ts'
import { GateError } from '../errors.ts'

/**
 * Inflates as a stream and stops at `limit` bytes: a few bytes can inflate to gigabytes.
 * @throws {GateError} `too-large`, `garbled`
 */
export const inflate = async (body: Uint8Array, limit: number): Promise<Uint8Array> => {
  const stream = new Blob([body as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  const parts: Uint8Array[] = []
  let length = 0
  const source = stream.getReader()
  try {
    for (let next = await source.read(); !next.done; next = await source.read()) {
      length += next.value.length
      if (length > limit) throw new GateError('too-large', `Compressed data has more than ${limit.toLocaleString('en')} bytes.`)
      parts.push(next.value)
    }
  } catch (error) {
    if (error instanceof GateError) throw error
    throw new GateError('garbled', 'Compressed data cannot be inflated.', { cause: error })
  } finally {
    await source.cancel().catch((error: unknown) => {
      // `cancel` of a failed stream rejects with the same error.
      if (error instanceof GateError) throw error
    })
  }
  return concat(...parts)
}

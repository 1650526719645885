import { decode, encode, rfc8949EncodeOptions } from 'cborg'
import { equalBytes } from './encoding.ts'

/** What can be hashed or signed: no floats, no undefined, no class instances. */
export type Cbor = string | number | bigint | boolean | null | Uint8Array | readonly Cbor[] | { readonly [key: string]: Cbor }

/** Deterministic CBOR (RFC 8949 §4.2.1): equal values give equal bytes. */
export const toCbor = (value: Cbor): Uint8Array<ArrayBuffer> => new Uint8Array(encode(value, rfc8949EncodeOptions))

/**
 * The value of deterministic CBOR.
 * @throws {Error} when the bytes are no CBOR, or are not what `toCbor` writes for their value: more than one item, a repeated
 *   key, keys out of order, a number longer than need be, text that is not UTF-8
 */
export const fromCbor = (bytes: Uint8Array): unknown => {
  const value: unknown = decode(bytes, {
    strict: true,
    rejectDuplicateMapKeys: true,
    allowIndefinite: false,
    allowUndefined: false,
  })
  // The decoder lets through keys out of order, long floats and broken text.
  if (!equalBytes(toCbor(value as Cbor), bytes))
    throw new Error('These bytes are CBOR, but not in its deterministic form (RFC 8949 §4.2.1).')
  return value
}

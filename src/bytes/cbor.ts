import { decode, encode, rfc8949EncodeOptions } from 'cborg'
import { equalBytes } from './encoding.ts'

/** What can be hashed or signed: no floats, no undefined, no class instances. */
export type Cbor = string | number | bigint | boolean | null | Uint8Array | readonly Cbor[] | { readonly [key: string]: Cbor }

/** Deterministic CBOR (RFC 8949 §4.2.1): equal values give equal bytes. */
export const toCbor = (value: Cbor): Uint8Array<ArrayBuffer> => new Uint8Array(encode(value, rfc8949EncodeOptions))

/**
 * Decodes deterministic CBOR.
 * @throws {Error} if the bytes are not CBOR or not deterministic: more than one item, a repeated key, unsorted keys, a number that
 *   is not in its shortest form, text that is not UTF-8
 */
export const fromCbor = (bytes: Uint8Array): unknown => {
  const value: unknown = decode(bytes, {
    strict: true,
    rejectDuplicateMapKeys: true,
    allowIndefinite: false,
    allowUndefined: false,
  })
  // The decoder accepts unsorted keys, long floats and invalid text.
  if (!equalBytes(toCbor(value as Cbor), bytes))
    throw new Error('These bytes are CBOR, but not in its deterministic form (RFC 8949 §4.2.1).')
  return value
}

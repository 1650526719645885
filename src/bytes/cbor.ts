import { decode, encode, rfc8949EncodeOptions } from 'cborg'

/** What can be hashed or signed: no floats, no undefined, no class instances. */
export type Cbor = string | number | bigint | boolean | null | Uint8Array | readonly Cbor[] | { readonly [key: string]: Cbor }

/** Deterministic CBOR (RFC 8949 §4.2.1): equal values give equal bytes. */
export const toCbor = (value: Cbor): Uint8Array<ArrayBuffer> => new Uint8Array(encode(value, rfc8949EncodeOptions))

/**
 * The value of deterministic CBOR.
 * @throws {Error} when the bytes are no CBOR, hold more than one item, repeat a key or are longer than need be
 */
export const fromCbor = (bytes: Uint8Array): unknown =>
  decode(bytes, { strict: true, rejectDuplicateMapKeys: true, allowIndefinite: false, allowUndefined: false })

import { sha256 as hashHere } from '@noble/hashes/sha2.js'
import { concat, utf8 } from './encoding.ts'
import type { HkdfLabel } from './labels.ts'

/** Bytes up to which they are hashed here: to ask WebCrypto takes 50 microseconds, however few they are. */
const SHORT = 1_024

export const sha256 = async (bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> =>
  bytes.length <= SHORT
    ? new Uint8Array(hashHere(bytes))
    : new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))

/**
 * HKDF-SHA-256 (RFC 5869).
 * @param secret what is known to few, any length
 * @param label from the one table of labels
 * @param context joined to the label, to tell apart uses of one label
 * @param length bytes of the result
 */
export const hkdf = async (
  secret: Uint8Array,
  label: HkdfLabel,
  context: Uint8Array = new Uint8Array(),
  length = 32,
): Promise<Uint8Array<ArrayBuffer>> => {
  const key = await crypto.subtle.importKey('raw', secret as Uint8Array<ArrayBuffer>, 'HKDF', false, ['deriveBits'])
  const info = concat(utf8(label), context)
  return new Uint8Array(
    await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info }, key, length * 8),
  )
}

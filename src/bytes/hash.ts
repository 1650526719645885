import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { concat, utf8 } from './encoding.ts'
import type { HkdfLabel } from './labels.ts'

/** Maximum bytes hashed in JavaScript, because a call of WebCrypto takes at least 50 µs. */
const SHORT = 1_024

export const sha256 = async (bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> =>
  bytes.length <= SHORT
    ? new Uint8Array(nobleSha256(bytes))
    : new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))

/**
 * HKDF-SHA-256 (RFC 5869).
 * @param secret input key material of any length
 * @param context appended to the label, to distinguish uses of one label
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

import { concat, fromBase64Url, toHex } from './encoding.ts'

/** RFC 8410: the PKCS #8 prefix of an Ed25519 private key of 32 bytes. */
const PKCS8 = Uint8Array.of(0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20)
const ALGORITHM = { name: 'Ed25519' } as const

/** A key pair for signing; `secret` (the seed) and `publicKey` are 32 bytes each. */
export interface SigningKeys {
  readonly secret: Uint8Array<ArrayBuffer>
  readonly publicKey: Uint8Array<ArrayBuffer>
}

export const signingKeysFrom = async (secret: Uint8Array): Promise<SigningKeys> => {
  const key = await crypto.subtle.importKey('pkcs8', concat(PKCS8, secret), ALGORITHM, true, ['sign'])
  const publicKey = fromBase64Url((await crypto.subtle.exportKey('jwk', key)).x ?? '')
  if (!publicKey) throw new Error('This browser returned no public key for an Ed25519 key pair.')
  return { secret: Uint8Array.from(secret), publicKey }
}

export const newSigningKeys = (): Promise<SigningKeys> => signingKeysFrom(crypto.getRandomValues(new Uint8Array(32)))

/** Signs (RFC 8032); 64 bytes. */
export type Sign = (bytes: Uint8Array) => Promise<Uint8Array<ArrayBuffer>>

/** A function that signs with these keys, imported once and not extractable. */
export const signer = async ({ secret }: SigningKeys): Promise<Sign> => {
  const key = await crypto.subtle.importKey('pkcs8', concat(PKCS8, secret), ALGORITHM, false, ['sign'])
  return async (bytes) => new Uint8Array(await crypto.subtle.sign(ALGORITHM, key, bytes as Uint8Array<ArrayBuffer>))
}

/** Cache of imported public keys, newest last, because the same few devices sign repeatedly. */
const imported = new Map<string, Promise<CryptoKey>>()
const IMPORTED_KEPT = 100

const importPublic = (publicKey: Uint8Array): Promise<CryptoKey> => {
  const name = toHex(publicKey)
  const known =
    imported.get(name) ?? crypto.subtle.importKey('raw', publicKey as Uint8Array<ArrayBuffer>, ALGORITHM, true, ['verify'])
  imported.delete(name)
  imported.set(name, known)
  const [oldest] = imported.keys()
  if (imported.size > IMPORTED_KEPT && oldest !== undefined) imported.delete(oldest)
  return known
}

/** The sign of x in an encoded point (RFC 8032, section 5.1.2). */
const SIGN_BIT = 0x80
/** The first byte of the prime 2^255 - 19 in little-endian order. It is followed by 30 bytes 0xff and by 0x7f. */
const PRIME_FIRST = 0xed

/**
 * The y coordinates of the eight points of small order. C. Chalkias, F. Garillot, V. Nikolaenko, "Taming the many EdDSAs" (2020);
 * libsodium's `ge25519_has_small_order` has the same list.
 */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
])

/**
 * Whether a point has the canonical encoding of RFC 8032 and does not have small order. A signature by a key of small order can be
 * valid for many messages, and browsers differ in whether they accept it.
 */
const isSafePoint = (point: Uint8Array): boolean => {
  const y = point.map((byte, at) => (at === 31 ? byte & ~SIGN_BIT : byte))
  const isCanonical = y[31] !== 0x7f || (y[0] ?? 0) < PRIME_FIRST || y.subarray(1, 31).some((byte) => byte !== 0xff)
  return isCanonical && !SMALL_ORDER.has(toHex(y))
}

/** Verifies a signature. Returns false for malformed input and for points of small order. */
export const verify = async (publicKey: Uint8Array, signature: Uint8Array, bytes: Uint8Array): Promise<boolean> => {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  if (!isSafePoint(publicKey) || !isSafePoint(signature.subarray(0, 32))) return false
  return crypto.subtle.verify(
    ALGORITHM,
    await importPublic(publicKey),
    signature as Uint8Array<ArrayBuffer>,
    bytes as Uint8Array<ArrayBuffer>,
  )
}

import { concat, fromBase64Url } from './encoding.ts'
import { hkdf } from './hash.ts'
import type { HkdfLabel } from './labels.ts'

/** RFC 8410: the PKCS #8 prefix of an X25519 private key of 32 bytes. */
const PKCS8 = Uint8Array.of(0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20)
const ALGORITHM = { name: 'X25519' } as const

/** A key pair for key agreement; `secret` and `publicKey` are 32 bytes each. */
export interface AgreementKeys {
  readonly secret: Uint8Array<ArrayBuffer>
  readonly publicKey: Uint8Array<ArrayBuffer>
}

export const agreementKeysFrom = async (secret: Uint8Array): Promise<AgreementKeys> => {
  const key = await crypto.subtle.importKey('pkcs8', concat(PKCS8, secret), ALGORITHM, true, ['deriveBits'])
  const publicKey = fromBase64Url((await crypto.subtle.exportKey('jwk', key)).x ?? '')
  if (!publicKey) throw new Error('This browser returned no public key for an X25519 key pair.')
  return { secret: Uint8Array.from(secret), publicKey }
}

export const newAgreementKeys = (): Promise<AgreementKeys> => agreementKeysFrom(crypto.getRandomValues(new Uint8Array(32)))

/** The shared secret of X25519 (RFC 7748), 32 bytes. @throws if the other's key has low order */
export const agree = async (secret: Uint8Array, theirs: Uint8Array): Promise<Uint8Array<ArrayBuffer>> => {
  const key = await crypto.subtle.importKey('pkcs8', concat(PKCS8, secret), ALGORITHM, false, ['deriveBits'])
  const other = await crypto.subtle.importKey('raw', theirs as Uint8Array<ArrayBuffer>, ALGORITHM, true, [])
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'X25519', public: other }, key, 256))
}

/**
 * Encrypts bytes for the owner of `publicKey`. The result is the public key of an ephemeral key pair and AES-GCM ciphertext under a
 * key used once. It does not reveal the recipient.
 */
export const sealTo = async (publicKey: Uint8Array, bytes: Uint8Array, label: HkdfLabel): Promise<Uint8Array<ArrayBuffer>> => {
  const fresh = await newAgreementKeys()
  const key = await sealingKey(await agree(fresh.secret, publicKey), fresh.publicKey, publicKey, label)
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, key, bytes as Uint8Array<ArrayBuffer>)
  return concat(fresh.publicKey, new Uint8Array(sealed))
}

/** Decrypts bytes sealed by `sealTo`. Returns undefined if they were altered or are for another recipient. */
export const openSealed = async (
  keys: AgreementKeys,
  sealed: Uint8Array,
  label: HkdfLabel,
): Promise<Uint8Array<ArrayBuffer> | undefined> => {
  const fresh = sealed.subarray(0, 32)
  try {
    const key = await sealingKey(await agree(keys.secret, fresh), fresh, keys.publicKey, label)
    return new Uint8Array(
      await crypto.subtle.decrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, key, sealed.slice(32) as Uint8Array<ArrayBuffer>),
    )
  } catch {
    // WebCrypto throws for a wrong key, altered ciphertext, and an invalid public key.
    return undefined
  }
}

const sealingKey = async (shared: Uint8Array, fresh: Uint8Array, recipient: Uint8Array, label: HkdfLabel): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', await hkdf(shared, label, concat(fresh, recipient)), 'AES-GCM', false, ['encrypt', 'decrypt'])

import { createHMAC, createSHA256 } from 'hash-wasm'
import { concat, randomBytes, utf8 } from '../bytes/encoding.ts'
import { hkdf } from '../bytes/hash.ts'
import type { Name } from './backends/backend.ts'

/** Length of each hash in a name. */
export const NAME_PART = 16
const NONCE = 12
const VERSION = 8

/** A key as used by the callers of the vault. */
export type Key = readonly string[]

/** Derives opaque names from keys: [H(a), H(a, b), H(a, b, c)], H = HMAC-SHA-256 truncated to 16 bytes. */
export type NameOf = (key: Key) => Name

export const namer = async (secret: Uint8Array): Promise<NameOf> => {
  const hash = await hmac(await hkdf(secret, 'tessera/vault/names/1'))
  const known = new Map<string, Uint8Array>()
  const part = (path: Key): Uint8Array => {
    const text = JSON.stringify(path)
    const cached = known.get(text)
    if (cached) return cached
    const made = hash(utf8(text)).slice(0, NAME_PART)
    // Long names usually end in a number that is used once, so only their prefixes are cached.
    if (path.length < 3) known.set(text, made)
    return made
  }
  return (path) => path.map((_, index) => part(path.slice(0, index + 1)))
}

/** Seals values of one area (a space, or the profile itself) under the area's own key. */
export interface Sealer {
  /** The area's AES-GCM key. It cannot be extracted; `sealerWith` makes the same sealer from it. */
  readonly key: CryptoKey
  seal(name: Name, version: number, key: Key, value: Uint8Array): Promise<Uint8Array>
  /** Undefined if the bytes were altered or stored under another name. */
  open(
    name: Name,
    sealed: Uint8Array,
  ): Promise<{ readonly key: Key; readonly value: Uint8Array; readonly version: number } | undefined>
}

/**
 * version (8) · nonce (12, random) · AES-GCM(length of key (4) · key as JSON · value); the name and the version are associated
 * data.
 */
export const sealer = async (secret: Uint8Array): Promise<Sealer> =>
  sealerWith(
    await crypto.subtle.importKey('raw', await hkdf(secret, 'tessera/vault/values/1'), 'AES-GCM', false, ['encrypt', 'decrypt']),
  )

/** Creates the same sealer from the key of another one. */
export const sealerWith = (aes: CryptoKey): Sealer => {
  const associated = (name: Name, version: Uint8Array) => concat(utf8('tessera/value/1'), ...name, version)
  return {
    key: aes,
    async seal(name, version, key, value) {
      const versionBytes = encodeVersion(version)
      const nonce = randomBytes(NONCE)
      const keyBytes = utf8(JSON.stringify(key))
      const length = new Uint8Array(4)
      new DataView(length.buffer).setUint32(0, keyBytes.length)
      const sealed = await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv: nonce, additionalData: associated(name, versionBytes) },
        aes,
        concat(length, keyBytes, value),
      )
      return concat(versionBytes, nonce, new Uint8Array(sealed))
    },
    async open(name, sealed) {
      const versionBytes = sealed.slice(0, VERSION)
      try {
        const iv = sealed.slice(VERSION, VERSION + NONCE)
        const data = sealed.subarray(VERSION + NONCE) as Uint8Array<ArrayBuffer>
        const bytes = new Uint8Array(
          await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: associated(name, versionBytes) }, aes, data),
        )
        const length = new DataView(bytes.buffer).getUint32(0)
        const key = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Key
        return { key, value: bytes.subarray(4 + length), version: versionOf(sealed) }
      } catch {
        // Altered bytes; the caller says which value it is.
        return undefined
      }
    },
  }
}

/** The version in front of sealed bytes. */
export const versionOf = (sealed: Uint8Array): number =>
  sealed.length < VERSION ? -1 : Number(new DataView(sealed.buffer, sealed.byteOffset, VERSION).getBigUint64(0))

export const encodeVersion = (version: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(VERSION)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(version))
  return bytes
}

/** Synchronous HMAC-SHA-256. WebCrypto's is asynchronous, which costs a thread switch for each of these short inputs. */
export const hmac = async (secret: Uint8Array): Promise<(bytes: Uint8Array) => Uint8Array> => {
  const hasher = await createHMAC(createSHA256(), secret)
  return (bytes) => hasher.init().update(bytes).digest('binary')
}

import { concat } from '../bytes/encoding.ts'
import { hkdf } from '../bytes/hash.ts'
import type { Name } from './backend.ts'
import { encodeVersion, hmac } from './sealing.ts'

/** What the root record says: how often was written, and the sum of everything that stands there. */
export interface Root {
  readonly counter: number
  /** 32 bytes: HMAC-SHA-256 of each (name, version), exclusive-or'ed, so that one entry's part can be taken out and put in. */
  readonly sum: Uint8Array
}

export const EMPTY_ROOT: Root = { counter: 0, sum: new Uint8Array(32) }

/** Gives each entry's part of the sum. */
export type PartOf = (name: Name, version: number) => Uint8Array

export const partOf = async (secret: Uint8Array): Promise<PartOf> => {
  const hash = await hmac(await hkdf(secret, 'tessera/vault/root/1'))
  return (name, version) => hash(concat(...name, encodeVersion(version)))
}

export const exclusiveOr = (sum: Uint8Array, part: Uint8Array): Uint8Array => sum.map((byte, index) => byte ^ (part[index] ?? 0))

export const encodeRoot = ({ counter, sum }: Root): Uint8Array => concat(encodeVersion(counter), sum)

export const decodeRoot = (bytes: Uint8Array): Root => ({
  counter: Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0)),
  sum: bytes.slice(8),
})

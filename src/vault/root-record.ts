import { concat, hexBytes, toHex } from '../bytes/encoding.ts'
import { hkdf } from '../bytes/hash.ts'
import type { Name } from './backends/backend.ts'
import { encodeVersion, hmac, NAME_PART } from './sealing.ts'

/** The sum of all stored values, by area. It shows whether a value was altered, removed, added or put back. */
export interface Root {
  /** The number of writes so far. */
  readonly counter: number
  /** By `areaOf`; an empty area has no sum. */
  readonly sums: Sums
}

/** 32 bytes each: the XOR of all digests, so that one value can be removed from the sum or added to it. */
export type Sums = ReadonlyMap<string, Uint8Array>

export const EMPTY_ROOT: Root = { counter: 0, sums: new Map() }

/** What one value contributes to the sum: HMAC-SHA-256 of its name and version. */
export type DigestOf = (name: Name, version: number) => Uint8Array

const SUM = 32
const COUNTER = 8

export const digests = async (secret: Uint8Array): Promise<DigestOf> => {
  const hash = await hmac(await hkdf(secret, 'tessera/vault/root/1'))
  return (name, version) => hash(concat(...name, encodeVersion(version)))
}

/** The area of a value: the first element of its name, in hexadecimal. */
export const areaOf = (name: Name): string => toHex(name[0] ?? new Uint8Array())

/** Adds a digest to its area's sum, or removes it: XOR does both. */
export const changeSum = (sums: Map<string, Uint8Array>, name: Name, digest: Uint8Array): void => {
  const area = areaOf(name)
  const sum = (sums.get(area) ?? new Uint8Array(SUM)).map((byte, index) => byte ^ (digest[index] ?? 0))
  if (sum.some((byte) => byte !== 0)) sums.set(area, sum)
  else sums.delete(area)
}

export const encodeRoot = ({ counter, sums }: Root): Uint8Array =>
  concat(
    encodeVersion(counter),
    ...[...sums].sort(([one], [other]) => (one < other ? -1 : 1)).flatMap(([area, sum]) => [hexBytes(area), sum]),
  )

export const decodeRoot = (bytes: Uint8Array): Root => {
  const sums = new Map<string, Uint8Array>()
  for (let at = COUNTER; at < bytes.length; at += NAME_PART + SUM) {
    sums.set(toHex(bytes.subarray(at, at + NAME_PART)), bytes.slice(at + NAME_PART, at + NAME_PART + SUM))
  }
  return { counter: Number(new DataView(bytes.buffer, bytes.byteOffset, COUNTER).getBigUint64(0)), sums }
}

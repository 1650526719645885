import { concat, hexBytes, toHex } from '../bytes/encoding.ts'
import { hkdf } from '../bytes/hash.ts'
import type { Name } from './backends/backend.ts'
import { encodeVersion, hmac, NAME_PART } from './sealing.ts'

/** What the root record says: how often was written, and for each area the sum of everything that stands there. */
export interface Root {
  readonly counter: number
  /** By area, see `areaPart`; an area in which nothing stands has none. */
  readonly sums: Sums
}

/** 32 bytes each: HMAC-SHA-256 of every (name, version), exclusive-or'ed, so that one value's part can be taken out and put in. */
export type Sums = ReadonlyMap<string, Uint8Array>

export const EMPTY_ROOT: Root = { counter: 0, sums: new Map() }

/** Gives each value's part of the sum. */
export type PartOf = (name: Name, version: number) => Uint8Array

const SUM = 32
const COUNTER = 8

export const partOf = async (secret: Uint8Array): Promise<PartOf> => {
  const hash = await hmac(await hkdf(secret, 'tessera/vault/root/1'))
  return (name, version) => hash(concat(...name, encodeVersion(version)))
}

/** The area that a value belongs to, as names tell it: their first part in hexadecimal. */
export const areaPart = (name: Name): string => toHex(name[0] ?? new Uint8Array())

/** Puts a value's part into its area's sum, or takes it out: both are the same. */
export const changeSum = (sums: Map<string, Uint8Array>, name: Name, part: Uint8Array): void => {
  const area = areaPart(name)
  const sum = (sums.get(area) ?? new Uint8Array(SUM)).map((byte, index) => byte ^ (part[index] ?? 0))
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

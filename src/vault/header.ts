import { fromCbor, toCbor } from '../bytes/cbor.ts'
import { equalBytes, utf8 } from '../bytes/encoding.ts'
import type { Name } from './backends/backend.ts'
import { VaultError } from './errors.ts'
import { LEAST_MEMORY, LEAST_SALT, MOST_ITERATIONS, MOST_MEMORY, type PassphraseParameters } from './passphrase.ts'
import type { Sealer } from './sealing.ts'

export const HEADER: Name = [utf8('header')]

/** In the open: how to come by the key encryption key. */
export interface Header {
  readonly ways: readonly Way[]
  /** What only who has come by that key may read: see `Kept`. */
  readonly sealed: Uint8Array
}

/** Sealed under the key encryption key, beside the ways. */
export interface Kept {
  /** 32 bytes, from which names and sums come: they stay when the key encryption key is replaced. */
  readonly names: Uint8Array
  /** The ways as they were made. Those in the open could have been added to, and a new key must be sealed to nobody else. */
  readonly ways: readonly Way[]
}

/** A way to unlock: its public half, and how to come by the other one. */
export type UnsealedWay = { readonly publicKey: Uint8Array } & (
  | ({ readonly kind: 'passphrase' } & PassphraseParameters)
  | { readonly kind: 'words' }
)

/** The same, with the key encryption key sealed to it. */
export type Way = UnsealedWay & { readonly sealed: Uint8Array }

const VERSION = 1

export const encodeHeader = ({ ways, sealed }: Header): Uint8Array => toCbor({ version: VERSION, ways: plain(ways), sealed })

const plain = (ways: readonly Way[]) => ways.map((way) => ({ ...way }))

export const sealKept = (sealer: Sealer, { names, ways }: Kept): Promise<Uint8Array> =>
  sealer.seal(HEADER, 0, ['header'], toCbor({ names, ways: plain(ways) }))

/** @throws {VaultError} `damaged` */
export const openKept = async (sealer: Sealer, { sealed }: Header): Promise<Kept> => {
  const opened = await sealer.open(HEADER, sealed)
  const kept = opened && (readCbor(opened.value) as { names?: unknown; ways?: unknown } | undefined)
  if (!(kept?.names instanceof Uint8Array && areWays(kept.ways))) throw damaged()
  return { names: kept.names, ways: kept.ways }
}

/** Whether the ways that lie in the open are still those that were made. */
export const sameWays = (one: readonly Way[], other: readonly Way[]): boolean =>
  equalBytes(toCbor(plain(one)), toCbor(plain(other)))

/** @throws {VaultError} `newer` or `damaged` */
export const decodeHeader = (bytes: Uint8Array): Header => {
  const header = readCbor(bytes) as { version?: unknown; ways?: unknown; sealed?: unknown } | null
  if (typeof header?.version === 'number' && header.version > VERSION) {
    throw new VaultError(
      'newer',
      `This profile was written by a newer Tessera (vault format ${header.version}, this one reads ${VERSION}). Update Tessera.`,
    )
  }
  if (header?.version !== VERSION || !(header.sealed instanceof Uint8Array && areWays(header.ways))) throw damaged()
  return { ways: header.ways, sealed: header.sealed }
}

const damaged = () =>
  new VaultError(
    'damaged',
    'The profile on this device is damaged: its header cannot be read. Restore it from a backup or another device.',
  )

const readCbor = (bytes: Uint8Array): unknown => {
  try {
    return fromCbor(bytes)
  } catch {
    return undefined
  }
}

const areWays = (ways: unknown): ways is Way[] => Array.isArray(ways) && ways.every(isWay)

/** Whether a value is a way, and asks for no more than a device has. */
export const isWay = (way: unknown): way is Way => {
  if (typeof way !== 'object' || way === null) return false
  const { kind, publicKey, sealed, salt, memory, iterations } = way as Record<string, unknown>
  if (!(publicKey instanceof Uint8Array && sealed instanceof Uint8Array)) return false
  if (kind === 'words') return true
  return (
    kind === 'passphrase' &&
    salt instanceof Uint8Array &&
    salt.length >= LEAST_SALT &&
    isWithin(memory, LEAST_MEMORY, MOST_MEMORY) &&
    isWithin(iterations, 1, MOST_ITERATIONS)
  )
}

const isWithin = (value: unknown, least: number, most: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most

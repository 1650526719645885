import { fromCbor, toCbor } from '../bytes/cbor.ts'
import { VaultError } from './errors.ts'
import { MOST_ITERATIONS, MOST_MEMORY, type PassphraseParameters } from './passphrase.ts'

/** The one thing that lies in the open: how to come by the key encryption key. */
export interface Header {
  readonly ways: readonly Way[]
}

/** A way to unlock: its public half, and the key encryption key sealed to it. */
export type Way = { readonly publicKey: Uint8Array; readonly sealed: Uint8Array } & (
  | ({ readonly kind: 'passphrase' } & PassphraseParameters)
  | { readonly kind: 'words' }
)

const VERSION = 1

export const encodeHeader = ({ ways }: Header): Uint8Array => toCbor({ version: VERSION, ways: ways.map((way) => ({ ...way })) })

/** @throws {VaultError} `newer` or `damaged` */
export const decodeHeader = (bytes: Uint8Array): Header => {
  const header = readCbor(bytes) as { version?: unknown; ways?: unknown } | null
  if (typeof header?.version === 'number' && header.version > VERSION) {
    throw new VaultError(
      'newer',
      `This profile was written by a newer Tessera (vault format ${header.version}, this one reads ${VERSION}). Update Tessera.`,
    )
  }
  if (header?.version !== VERSION || !Array.isArray(header.ways) || !header.ways.every(isWay)) {
    throw new VaultError(
      'damaged',
      'The profile on this device is damaged: its header cannot be read. Restore it from a backup or another device.',
    )
  }
  return { ways: header.ways }
}

const readCbor = (bytes: Uint8Array): unknown => {
  try {
    return fromCbor(bytes)
  } catch {
    return undefined
  }
}

const isWay = (way: unknown): way is Way => {
  if (typeof way !== 'object' || way === null) return false
  const { kind, publicKey, sealed, salt, memory, iterations } = way as Record<string, unknown>
  if (!(publicKey instanceof Uint8Array && sealed instanceof Uint8Array)) return false
  if (kind === 'words') return true
  return (
    kind === 'passphrase' &&
    salt instanceof Uint8Array &&
    typeof memory === 'number' &&
    memory <= MOST_MEMORY &&
    typeof iterations === 'number' &&
    iterations <= MOST_ITERATIONS
  )
}

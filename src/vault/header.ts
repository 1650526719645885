import { fromCbor, toCbor } from '../bytes/cbor.ts'
import { utf8 } from '../bytes/encoding.ts'
import type { Backend, Name } from './backends/backend.ts'
import { VaultError } from './errors.ts'
import { equalSlots, isKeySlot, type KeySlot, plainSlots } from './key-slots.ts'
import type { Sealer } from './sealing.ts'

export const HEADER: Name = [utf8('header')]

/** Stored in the clear: the key encryption key, sealed to each key slot. */
export interface Header {
  readonly slots: readonly KeySlot[]
  /** `HeaderSecrets`, sealed under the key encryption key. */
  readonly sealed: Uint8Array
}

export interface HeaderSecrets {
  /** 32 bytes from which names and sums are derived. They stay when the key encryption key is replaced. */
  readonly names: Uint8Array
  /** The key slots that the vault made. An attacker can add slots in the clear; a new key must not be sealed to those. */
  readonly slots: readonly KeySlot[]
}

const VERSION = 1

export const encodeHeader = ({ slots, sealed }: Header): Uint8Array =>
  toCbor({ version: VERSION, ways: plainSlots(slots), sealed })

export const sealSecrets = (sealer: Sealer, { names, slots }: HeaderSecrets): Promise<Uint8Array> =>
  sealer.seal(HEADER, 0, ['header'], toCbor({ names, ways: plainSlots(slots) }))

/** @throws {VaultError} `damaged` */
export const openSecrets = async (sealer: Sealer, { sealed }: Header): Promise<HeaderSecrets> => {
  const opened = await sealer.open(HEADER, sealed)
  const { names, ways } = (opened && decodeCbor(opened.value)) ?? {}
  if (!(names instanceof Uint8Array && areKeySlots(ways))) throw damaged()
  return { names, slots: ways }
}

/** @throws {VaultError} `newer` or `damaged` */
export const decodeHeader = (bytes: Uint8Array): Header => {
  const { version, ways, sealed } = decodeCbor(bytes) ?? {}
  if (typeof version === 'number' && version > VERSION) {
    throw new VaultError(
      'newer',
      `This profile was written by a newer Tessera (vault format ${version}, this one reads ${VERSION}). Update Tessera.`,
    )
  }
  if (version !== VERSION || !(sealed instanceof Uint8Array && areKeySlots(ways))) throw damaged()
  return { slots: ways, sealed }
}

/** @throws {VaultError} `no-profile`, `newer` or `damaged` */
export const readHeader = async (backend: Backend): Promise<Header> => {
  const bytes = await backend.get(HEADER)
  if (!bytes) throw new VaultError('no-profile', 'There is no profile on this device yet.')
  return decodeHeader(bytes)
}

/** Whether the stored header has these key slots, and no others. */
export const hasSlots = async (backend: Backend, slots: () => readonly KeySlot[]): Promise<boolean> => {
  try {
    return equalSlots((await readHeader(backend)).slots, slots())
  } catch (error) {
    if (error instanceof VaultError && (error.code === 'damaged' || error.code === 'no-profile')) return false
    throw error
  }
}

const damaged = () =>
  new VaultError(
    'damaged',
    'The profile on this device is damaged: its header cannot be read. Restore it from a backup or another device.',
  )

const decodeCbor = (bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined => {
  try {
    return (fromCbor(bytes) ?? undefined) as Readonly<Record<string, unknown>> | undefined
  } catch {
    return undefined
  }
}

const areKeySlots = (value: unknown): value is KeySlot[] => Array.isArray(value) && value.every(isKeySlot)

import { toCbor } from '../bytes/cbor.ts'
import { type Sign, verify } from '../bytes/ed25519.ts'
import { concat, fromHex, hexBytes, toHex, utf8 } from '../bytes/encoding.ts'
import { type DeviceId, deviceId } from './device-keys.ts'

/**
 * A device's signature on its newest change. It covers that change and the ancestors of it which the device wrote. A device's
 * changes form one chain, so one attestation covers everything that it wrote.
 */
export interface Statement {
  readonly device: DeviceId
  /** Hexadecimal hash. */
  readonly change: string
  readonly signature: Uint8Array
}

/** Identifies a statement within its space. */
export const statementId = ({ device, change }: Pick<Statement, 'device' | 'change'>): string => `${device} ${change}`

const CONTEXT = utf8('tessera/statement/1')

const signed = (space: string, document: Uint8Array, change: string): Uint8Array =>
  concat(CONTEXT, toCbor({ space: hexBytes(space), document, change: hexBytes(change) }))

/**
 * @param space the hash of the space's create entry, hexadecimal
 * @param document 16 bytes
 */
export const makeStatement = async (
  space: string,
  document: Uint8Array,
  change: string,
  device: Uint8Array,
  sign: Sign,
): Promise<Statement> => ({
  device: deviceId(device),
  change,
  signature: await sign(signed(space, document, change)),
})

export const verifyStatement = async (
  space: string,
  document: Uint8Array,
  { device, change, signature }: Statement,
): Promise<boolean> => {
  const key = fromHex(device)
  return key !== undefined && verify(key, signature, signed(space, document, change))
}

/** Encodes a statement for storage and the wire: device (32 bytes), hash of the change (32), signature (64). */
export const packStatement = ({ device, change, signature }: Statement): Uint8Array =>
  concat(hexBytes(device), hexBytes(change), signature)

/** Decodes a statement. Returns undefined unless there are 128 bytes. */
export const unpackStatement = (bytes: Uint8Array): Statement | undefined =>
  bytes.length === 128
    ? { device: deviceId(bytes.subarray(0, 32)), change: toHex(bytes.subarray(32, 64)), signature: bytes.slice(64) }
    : undefined

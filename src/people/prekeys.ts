import { toCbor } from '../bytes/cbor.ts'
import { type Sign, verify } from '../bytes/ed25519.ts'
import { concat, fromHex, hexBytes, utf8 } from '../bytes/encoding.ts'
import type { DeviceId, PublicKeys } from './device-keys.ts'

/** Public keys that a device generated in advance, and the only device that may list them in a space. */
export interface Prekeys extends PublicKeys {
  readonly taker: DeviceId
}

const CONTEXT = utf8('tessera/reserve/1')

const signed = (home: string, taker: Uint8Array, { sign, agree }: PublicKeys): Uint8Array =>
  concat(CONTEXT, toCbor({ home: hexBytes(home), taker, keys: [sign, agree] }))

/**
 * Signs prekeys, so that no other device can replace them by its own.
 * @param home the hash of home's create entry, hexadecimal
 * @param sign signs with the device's key in home
 */
export const signPrekeys = (home: string, reserved: Prekeys, sign: Sign): Promise<Uint8Array> =>
  sign(signed(home, hexBytes(reserved.taker), reserved))

/** Whether `device` itself made these keys for their taker. */
export const verifyPrekeys = async (
  home: string,
  device: DeviceId,
  reserved: Prekeys,
  signature: Uint8Array,
): Promise<boolean> => {
  const [key, taker] = [fromHex(device), fromHex(reserved.taker)]
  return key !== undefined && taker !== undefined && verify(key, signature, signed(home, taker, reserved))
}

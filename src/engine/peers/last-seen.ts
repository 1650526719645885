import type { DeviceId } from '../../people/device-keys.ts'
import { PROFILE, type Vault } from '../../vault/vault.ts'

const PREFIX = 'seen'

/** Reads when each own device was last connected, in milliseconds since 1970. */
export const readLastSeen = async (vault: Vault): Promise<[DeviceId, number][]> =>
  (await vault.range(PROFILE, [PREFIX])).map(([key, value]) => [
    key[1] as DeviceId,
    new DataView(value.buffer, value.byteOffset, 8).getFloat64(0),
  ])

export const writeLastSeen = async (vault: Vault, device: DeviceId, time: number): Promise<void> => {
  const value = new Uint8Array(8)
  new DataView(value.buffer).setFloat64(0, time)
  await vault.write([{ area: PROFILE, key: [PREFIX, device], value }])
}

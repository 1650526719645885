/** Selects usable prekeys from home. Any own device can write a row there in the name of any other, so each row is verified. */
import { equalBytes } from '../../bytes/encoding.ts'
import type { DeviceId } from '../../people/device-keys.ts'
import { verifyPrekeys } from '../../people/prekeys.ts'
import type { SpaceSession } from '../spaces/space-session.ts'
import type { PrekeyRow } from './home.ts'

type HomeLog = Pick<SpaceSession, 'root' | 'membership'>

/** Prekeys of `device` that `taker` may use, except copies of rows that were already used. */
export const unusedPrekeys = (prekeys: readonly PrekeyRow[], device: DeviceId, taker: DeviceId): PrekeyRow[] => {
  const ofDevice = prekeys.filter((prekey) => prekey.device === device)
  const used = ofDevice.filter(({ space }) => space !== undefined)
  return ofDevice.filter(
    (prekey) => prekey.taker === taker && prekey.space === undefined && !used.some(({ sign }) => equalBytes(sign, prekey.sign)),
  )
}

/** Yields the prekeys whose signature is valid, in order. A generator, because most callers need only a few. */
export async function* signedPrekeys({ root, membership }: HomeLog, prekeys: readonly PrekeyRow[]): AsyncGenerator<PrekeyRow> {
  for (const prekey of prekeys) {
    if (!membership.devices.has(prekey.device)) continue
    if (await verifyPrekeys(root, prekey.device, prekey, prekey.signature)) yield prekey
  }
}

export const firstSignedPrekey = async (home: HomeLog, prekeys: readonly PrekeyRow[]): Promise<PrekeyRow | undefined> =>
  (await signedPrekeys(home, prekeys).next()).value

/** Which rows of home's reserve may be used: any own device can write a row there, in the name of any other. */
import { equalBytes } from '../../bytes/encoding.ts'
import type { DeviceId } from '../../people/device-keys.ts'
import { verifyPrekeys } from '../../people/prekeys.ts'
import type { SpaceSession } from '../spaces/space-session.ts'
import type { PrekeyRow } from './home.ts'

/** The home that rows belong to. */
type HomeOfRows = Pick<SpaceSession, 'root' | 'membership'>

/** Rows of `device` that `taker` may use. Keys that another row says were used are left out: a copy of a row is no new key. */
export const waiting = (reserve: readonly PrekeyRow[], device: DeviceId, taker: DeviceId): PrekeyRow[] => {
  const ofDevice = reserve.filter((keys) => keys.device === device)
  const used = ofDevice.filter(({ space }) => space !== undefined)
  return ofDevice.filter(
    (keys) => keys.taker === taker && keys.space === undefined && !used.some(({ sign }) => equalBytes(sign, keys.sign)),
  )
}

/** Those of the rows that the device they name signed, in order. A generator, since few are needed and there may be many. */
export async function* signedRows({ root, membership }: HomeOfRows, rows: readonly PrekeyRow[]): AsyncGenerator<PrekeyRow> {
  for (const keys of rows) {
    if (!membership.devices.has(keys.device)) continue
    if (await verifyPrekeys(root, keys.device, keys, keys.signature)) yield keys
  }
}

/** The first row that the device it names signed. */
export const firstSigned = async (home: HomeOfRows, rows: readonly PrekeyRow[]): Promise<PrekeyRow | undefined> =>
  (await signedRows(home, rows).next()).value

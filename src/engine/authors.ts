import { hexBytes } from '../bytes/encoding.ts'
import { actorStem, type DeviceId, stemOf } from '../people/device-keys.ts'
import type { Authors } from '../sync/gate.ts'
import type { SpaceSession } from './space-session.ts'

/** Tells by an actor which listed device wrote; `refresh` takes in devices that were listed since. */
export const authorsOf = (
  session: SpaceSession,
): Authors & {
  refresh(): Promise<void>
  /** Listed devices by the stem of their actors. */
  readonly devices: ReadonlyMap<string, DeviceId>
} => {
  const devices = new Map<string, DeviceId>()
  const known = new Set<DeviceId>()
  return {
    devices,
    deviceOf: (actor) => devices.get(stemOf(actor)),
    async refresh() {
      for (const device of session.membership.devices.keys()) {
        if (known.has(device)) continue
        known.add(device)
        devices.set(await actorStem(hexBytes(device)), device)
      }
    },
  }
}

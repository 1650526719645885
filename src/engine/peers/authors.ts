import { hexBytes } from '../../bytes/encoding.ts'
import { actorStem, type DeviceId, stemOf } from '../../people/device-keys.ts'
import type { Membership } from '../../people/membership.ts'
import { formatOf } from '../../space/versions/version.ts'
import type { Authors } from '../../sync/gate/ports.ts'
import { type KnownMigrations, migrationsFrom } from '../spaces/migrations.ts'
import type { SpaceSession } from '../spaces/space-session.ts'

/** Maps actors to listed devices; `refresh` adds devices that were listed since. */
export const authorsOf = (
  session: SpaceSession,
): Authors & {
  refresh(): Promise<void>
  /** Listed devices by the stem of their actors. */
  readonly devices: ReadonlyMap<string, DeviceId>
  /** The migration changes that the log names, as plain data for a worker. */
  readonly knownMigrations: KnownMigrations
} => {
  const devices = new Map<string, DeviceId>()
  const known = new Set<DeviceId>()
  let knownMigrations: KnownMigrations = {
    first: session.membership.first,
    named: [],
    known: session.migrations,
    writes: formatOf(session.migrations),
  }
  let migrations = migrationsFrom(knownMigrations)
  let taken: Membership | undefined
  return {
    devices,
    get knownMigrations() {
      return knownMigrations
    },
    get migrations() {
      return migrations
    },
    deviceOf: (actor) => devices.get(stemOf(actor)),
    async refresh() {
      if (session.membership !== taken) {
        taken = session.membership
        knownMigrations = { ...knownMigrations, named: [...taken.formats] }
        migrations = migrationsFrom(knownMigrations)
      }
      for (const device of session.membership.devices.keys()) {
        if (known.has(device)) continue
        known.add(device)
        devices.set(actorStem(hexBytes(device)), device)
      }
    },
  }
}

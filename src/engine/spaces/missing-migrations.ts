import { type DeviceKeys, deviceId } from '../../people/device-keys.ts'
import type { Entry, EntryHash } from '../../people/entry.ts'
import { formatEntry } from '../../people/founding.ts'
import type { Membership } from '../../people/membership.ts'
import type { Space } from '../../space/space.ts'
import { firstChangeOf, type Migration, migrationActor, migrationChange, migrationHash } from '../../space/versions/migrations.ts'
import { isReadOnly } from '../../space/versions/version.ts'

/** The migrations that this program knows and a space does not have. */
export interface MissingMigrations {
  /** Migration changes that the document does not contain. */
  readonly changes: readonly Uint8Array[]
  /** Log entries for migration changes that the log does not name yet. */
  readonly entries: readonly Entry[]
  /** Versions for which the log names a different change than this program computes. */
  readonly refused: readonly string[]
}

/**
 * Computes the migrations that a space needs. Every device computes the same changes. When devices write log entries for one
 * version concurrently, the first entry counts.
 * @param migrations the migrations that this program knows, oldest first
 * @param keys the keys of this device in the space; a device that the log does not list adds no migrations
 * @throws {SpaceError} `damaged` when the document does not contain its first change
 */
export const missingMigrations = async (
  space: Space,
  migrations: readonly Migration[],
  root: EntryHash,
  membership: Membership,
  keys: DeviceKeys,
): Promise<MissingMigrations> => {
  const changes: Uint8Array[] = []
  const entries: Entry[] = []
  const refused: string[] = []
  const none = migrations.length === 0 || isReadOnly(space.schema.version, space.knows)
  if (none || !membership.devices.has(deviceId(keys.sign.publicKey))) return { changes, entries, refused }
  const { handle } = space.resident
  const first = firstChangeOf(handle, membership.first)
  const actors = new Set(handle.getChangesMeta([]).map(({ actor }) => actor))
  for (const migration of migrations) {
    const change = migrationHash(first, migration)
    const isHere = Boolean(handle.getChangeMetaByHash(change))
    const named = membership.formats.get(migration.version)
    // A document cannot contain two changes with the same actor and sequence number.
    if ((named ?? change) !== change || (!isHere && actors.has(migrationActor(migration.version)))) {
      refused.push(migration.version)
      continue
    }
    if (!isHere) changes.push(migrationChange(first, migration))
    if (named === undefined) {
      const previous = entries.at(-1)
      entries.push(await formatEntry(keys, root, previous ? [previous.hash] : membership.heads, migration.version, change))
    }
  }
  return { changes, entries, refused }
}

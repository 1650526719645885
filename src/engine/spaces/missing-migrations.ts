import { type DeviceKeys, deviceId } from '../../people/device-keys.ts'
import type { Entry, EntryHash } from '../../people/entry.ts'
import { formatEntry } from '../../people/founding.ts'
import type { Membership } from '../../people/membership.ts'
import type { Space } from '../../space/space.ts'
import { firstChangeOf, type Migration, migrationActor, migrationChange, migrationHash } from '../../space/versions/migrations.ts'
import { isReadOnly } from '../../space/versions/version.ts'

/** What a space lacks of the migrations that this program knows. */
export interface MissingMigrations {
  /** Migrations changes that its document does not hold. */
  readonly changes: readonly Uint8Array[]
  /** Log entries for migration changes that the log does not name yet. */
  readonly entries: readonly Entry[]
  /** Versions for which the log names another change than this program makes. */
  readonly refused: readonly string[]
}

/**
 * What a space lacks of versions. Whoever makes it makes the same changes; of entries that were made apart for one version, the
 * first counts.
 * @param anchors the versions that this program knows, oldest first
 * @param keys this device's in the space; one that is not listed may bring nothing
 * @throws {SpaceError} `damaged` when the document does not hold its first change
 */
export const missingMigrations = async (
  space: Space,
  anchors: readonly Migration[],
  root: EntryHash,
  membership: Membership,
  keys: DeviceKeys,
): Promise<MissingMigrations> => {
  const changes: Uint8Array[] = []
  const entries: Entry[] = []
  const refused: string[] = []
  const none = anchors.length === 0 || isReadOnly(space.schema.version, space.knows)
  if (none || !membership.devices.has(deviceId(keys.sign.publicKey))) return { changes, entries, refused }
  const { handle } = space.resident
  const first = firstChangeOf(handle, membership.first)
  const actors = new Set(handle.getChangesMeta([]).map(({ actor }) => actor))
  for (const anchor of anchors) {
    const change = migrationHash(first, anchor)
    const isHere = Boolean(handle.getChangeMetaByHash(change))
    const named = membership.formats.get(anchor.version)
    // Two changes with the number 1 of one actor can never be in one document.
    if ((named ?? change) !== change || (!isHere && actors.has(migrationActor(anchor.version)))) {
      refused.push(anchor.version)
      continue
    }
    if (!isHere) changes.push(migrationChange(first, anchor))
    if (named === undefined) {
      const previous = entries.at(-1)
      entries.push(await formatEntry(keys, root, previous ? [previous.hash] : membership.heads, anchor.version, change))
    }
  }
  return { changes, entries, refused }
}

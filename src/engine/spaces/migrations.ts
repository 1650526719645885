import type { Hash } from '../../space/automerge.ts'
import { type Migration, migrationActor, migrationHash } from '../../space/versions/migrations.ts'
import { isReadOnly } from '../../space/versions/version.ts'
import type { Migrations } from '../../sync/gate/ports.ts'

/** The migration changes of a space, as plain data that can be sent to another worker. */
export interface KnownMigrations {
  /** The hash of the space's first change. */
  readonly first: Hash
  /** Versions and the hashes of their migration changes, as named in the log. */
  readonly named: readonly (readonly [version: string, change: Hash])[]
  /** The migrations that this program knows. It computes their changes itself and rejects any other change for their versions. */
  readonly known: readonly Migration[]
  /**
   * The version that this program writes. A log entry cannot migrate a space to a newer major version: only a document that was
   * created with it has one. Undefined for archives, which are read-only.
   */
  readonly writes: string | undefined
}

/** Validates the changes that the log names as migrations, for the gate. */
export const migrationsFrom = ({ first, named, known, writes }: KnownMigrations): Migrations => {
  const versions = new Map<Hash, string[]>()
  for (const [version, change] of named) versions.set(change, [...(versions.get(change) ?? []), version])
  // The log may name one change for several versions. Only the version whose migration actor made the change counts.
  const versionOf = (hash: Hash, actor: string) => versions.get(hash)?.find((version) => actor === migrationActor(version))
  return {
    // Without the check of the actor, a log entry could replace the signature of a device on its changes.
    names: (hash, actor) => versionOf(hash, actor) !== undefined,
    fault({ hash, actor, sequence, startOperation, dependencies }, actorOf) {
      const version = versionOf(hash, actor) ?? ''
      if (writes !== undefined && isReadOnly(version, writes))
        return `The log of this space names a migration to the format version ${version}, which this program (version ${writes}) cannot edit. A new major version requires a new document.`
      if (sequence !== 1 || dependencies.join() !== first)
        return `The log names the change ${hash} as the migration to version ${version}, but it is not a valid migration change.`
      const migration = known.find((each) => each.version === version)
      const creator = actorOf(first)
      // For a version that only newer programs know, the log entry is trusted.
      if (!migration) return undefined
      const expected = creator && migrationHash({ hash: first, actor: creator, maxOp: startOperation - 1 }, migration)
      if (expected === hash) return undefined
      return `The migration of this space to version ${version} is the change ${expected}, but the log names ${hash}.`
    },
  }
}

import type { Hash } from '../../space/automerge.ts'
import { type Migration, migrationActor, migrationHash } from '../../space/versions/migrations.ts'
import { isReadOnly } from '../../space/versions/version.ts'
import type { Migrations } from '../../sync/gate/ports.ts'

/** What is known of a space's migration changes: plain, so that another thread can be told. */
export interface KnownMigrations {
  /** The hash of the space's first change. */
  readonly first: Hash
  /** Versions with the hashes of their changes, as the log has them. */
  readonly named: readonly (readonly [version: string, change: Hash])[]
  /** Versions that this program knows: it makes their changes itself, and takes no other in their place. */
  readonly anchors: readonly Migration[]
  /**
   * The version that this program writes. A newer major version never comes by an entry of the log: only a document that begins
   * with it, made by a newer program, has it. Undefined where nothing is written, so that no harm is done: in an archive.
   */
  readonly writes: string | undefined
}

/** Answers the gate about changes that the log names. */
export const migrationsFrom = ({ first, named, anchors, writes }: KnownMigrations): Migrations => {
  const versions = new Map<Hash, string[]>()
  for (const [version, change] of named) versions.set(change, [...(versions.get(change) ?? []), version])
  // One change may be named for a second version too, which is not to take it from the first: only the version's own actor counts.
  const versionOf = (hash: Hash, actor: string) => versions.get(hash)?.find((version) => actor === migrationActor(version))
  return {
    // Else an entry of the log could stand for what a device is said to have written, and did not sign.
    names: (hash, actor) => versionOf(hash, actor) !== undefined,
    fault({ hash, actor, sequence, startOperation, dependencies }, actorOf) {
      const version = versionOf(hash, actor) ?? ''
      if (writes !== undefined && isReadOnly(version, writes))
        return `The log of this space names a change that would bring it to the format ${version}, and close it for good to this program, which writes ${writes}. A new major version comes with a new document.`
      if (sequence !== 1 || dependencies.join() !== first)
        return `The change ${hash} is named as the one that brings the version ${version}, and is not made as such a change is.`
      const anchor = anchors.find((each) => each.version === version)
      const creator = actorOf(first)
      // Of a version that only newer programs know, the entry is believed.
      if (!anchor) return undefined
      const expected = creator && migrationHash({ hash: first, actor: creator, maxOp: startOperation - 1 }, anchor)
      if (expected === hash) return undefined
      return `The version ${version} comes into this space with the change ${expected}; the log names ${hash}, which does something else.`
    },
  }
}

import { hexBytes } from '../../bytes/encoding.ts'
import { type Statement, statementId } from '../../people/attestation.ts'
import { actorStem, type DeviceId, stemOf } from '../../people/device-keys.ts'
import type { ChangeMetadata, Handle } from '../../space/automerge.ts'

/** Statements by their ids; of one device there may be several, see `keptStatements`. */
export type Statements = ReadonlyMap<string, Statement>

const stems = new Map<DeviceId, string>()

const stemOfDevice = (device: DeviceId): string => {
  const stem = stems.get(device) ?? actorStem(hexBytes(device))
  stems.set(device, stem)
  return stem
}

interface Covering {
  readonly statement: Statement
  readonly meta: ChangeMetadata
}

/**
 * The statements that a document needs: without those whose change is not in it, or is by another device, and without those whose
 * change is an ancestor of another one's. Nearly always that leaves one for each device. A device whose storage was rolled back
 * goes on from an older change, and has a statement for each branch: without one of them nobody could prove that branch. There is
 * no limit beside the document's own, because each statement needs a change of its own that is here.
 * @param statements later ones may repeat earlier ones
 */
export const keptStatements = (handle: Handle, statements: Iterable<Statement>): Map<string, Statement> => {
  const byDevice = new Map<DeviceId, Map<string, Covering>>()
  for (const statement of statements) {
    const meta = handle.getChangeMetaByHash(statement.change)
    if (!meta || stemOf(meta.actor) !== stemOfDevice(statement.device)) continue
    const byActor = byDevice.get(statement.device) ?? new Map<string, Covering>()
    byDevice.set(statement.device, byActor)
    // The gate takes in an actor's changes only as one chain.
    if (meta.seq > (byActor.get(meta.actor)?.meta.seq ?? 0)) byActor.set(meta.actor, { statement, meta })
  }
  const kept = new Map<string, Statement>()
  for (const byActor of byDevice.values())
    for (const { statement } of withoutAncestors(handle, [...byActor.values()])) kept.set(statementId(statement), statement)
  return kept
}

const withoutAncestors = (handle: Handle, covering: readonly Covering[]): readonly Covering[] => {
  if (covering.length < 2) return covering
  // Whatever is not in this answer is one of these parents, or an ancestor of one.
  const later = new Set(handle.getChangesMeta(covering.flatMap(({ meta }) => meta.deps)).map(({ hash }) => hash))
  return covering.filter(({ statement }) => later.has(statement.change))
}

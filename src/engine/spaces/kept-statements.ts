import { hexBytes } from '../../bytes/encoding.ts'
import { type Statement, statementId } from '../../people/attestation.ts'
import { actorStem, type DeviceId, stemOf } from '../../people/device-keys.ts'
import type { ChangeMetadata, Handle } from '../../space/automerge.ts'

/** Statements by their ids. A device may have several, see `keptStatements`. */
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
 * Selects the statements that prove the authors of a document. It drops statements whose change is missing or by another device,
 * and those whose change is an ancestor of the change of another statement. Usually one statement per device remains. A device
 * whose storage was rolled back writes on from an older change, and needs one statement per branch. The number of changes in the
 * document limits the number of statements.
 * @param statements may contain duplicates
 */
export const keptStatements = (handle: Handle, statements: Iterable<Statement>): Map<string, Statement> => {
  const byDevice = new Map<DeviceId, Map<string, Covering>>()
  for (const statement of statements) {
    const meta = handle.getChangeMetaByHash(statement.change)
    if (!meta || stemOf(meta.actor) !== stemOfDevice(statement.device)) continue
    const byActor = byDevice.get(statement.device) ?? new Map<string, Covering>()
    byDevice.set(statement.device, byActor)
    // The gate accepts the changes of an actor only as one chain, so the statement with the highest number covers the others.
    if (meta.seq > (byActor.get(meta.actor)?.meta.seq ?? 0)) byActor.set(meta.actor, { statement, meta })
  }
  const kept = new Map<string, Statement>()
  for (const byActor of byDevice.values())
    for (const { statement } of withoutAncestors(handle, [...byActor.values()])) kept.set(statementId(statement), statement)
  return kept
}

const withoutAncestors = (handle: Handle, covering: readonly Covering[]): readonly Covering[] => {
  if (covering.length < 2) return covering
  // `getChangesMeta` leaves out the given changes and their ancestors.
  const later = new Set(handle.getChangesMeta(covering.flatMap(({ meta }) => meta.deps)).map(({ hash }) => hash))
  return covering.filter(({ statement }) => later.has(statement.change))
}

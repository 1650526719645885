import type { Statement } from '../../people/attestation.ts'
import { newActor } from '../../people/device-keys.ts'
import type { Hash, Resident } from '../../space/automerge.ts'
import { adoptSpace, awaitedSpace, closeSpace, openSpace, type Space } from '../../space/space.ts'
import type { Reach } from '../../sync/gate.ts'
import { keptStatements, type Statements } from './kept-statements.ts'
import type { Part, SpaceStore } from './space-store.ts'

/** Calls whose answers a snapshot goes on to know: more than can be under way when an engine gives way to another. */
const CALLS_KEPT = 1_000

/** A space's document in memory, and the same on disk. */
export interface SpaceDocument {
  /** Another one after `reload`, `takeFirst` and `replace`. */
  readonly space: Space
  /** Whether the change that the space began with is here. */
  readonly arrived: boolean
  readonly statements: Statements
  /** How far each actor has come in the document. */
  readonly reaches: ReadonlyMap<string, Reach>
  /** Bytes on disk: of the snapshot, and of what was written since. */
  readonly bytes: { readonly snapshot: number; readonly later: number }
  /** The change that a call was answered with, here or before this engine began. */
  answerTo(call: string): string | undefined
  /** Those of these statements that cover what the kept ones do not; their changes are here. */
  fresh(statements: readonly Statement[]): readonly Statement[]
  /** Writes what is in memory already; durable when it resolves. */
  append(part: Part): Promise<void>
  /** These actors have come at least so far: more of them may have arrived since they were counted. */
  reach(reaches: Iterable<readonly [string, Reach]>): void
  /** Looks anew how far every actor has come. */
  recount(): void
  /** Takes in the first changes while the document is awaited, in memory. @returns whether it has arrived with them */
  takeFirst(changes: readonly Uint8Array[], loaded: Resident | undefined): boolean
  /**
   * Puts a document that holds all of this one in its place, on disk and in memory.
   * @param covering statements; those for what is in it are kept
   * @throws {SpaceError} `damaged` when it does not hold the change that the space began with
   */
  replace(loaded: Resident, covering: readonly Statement[]): Promise<void>
  /** Puts a snapshot of all that is in memory in the place of the parts on disk. */
  fold(snapshot: Uint8Array): Promise<void>
  /** Takes what is on disk in the place of what is in memory. */
  reload(): Promise<void>
}

/**
 * @param first the change that the space began with
 * @param device the public key by which this device signs
 * @param knows the newest version of the format that this program knows
 * @throws {SpaceError} `damaged` when what is on disk does not begin with `first`
 */
export const spaceDocument = async (
  store: SpaceStore,
  first: Hash,
  device: Uint8Array,
  knows: string,
): Promise<SpaceDocument> => {
  let statements: Statements = new Map()
  const answered = new Map<string, string>()
  const reaches = new Map<string, Reach>()
  let bytes = { snapshot: 0, later: 0 }
  let arrived = false

  const recount = ({ resident }: Space): void => {
    reaches.clear()
    for (const { actor, seq, maxOp } of resident.handle.getChangesMeta([])) reaches.set(actor, { changes: seq, operation: maxOp })
  }

  const load = async (): Promise<Space> => {
    const stored = await store.read()
    bytes = { snapshot: stored.snapshotBytes, later: stored.laterBytes }
    for (const { calls } of stored.parts) for (const { id, change } of calls) answered.set(id, change)
    const changes = stored.parts.flatMap((part) => part.changes)
    const actor = newActor(device)
    arrived = changes.length > 0
    const loaded = arrived ? openSpace(changes, first, actor, knows) : awaitedSpace(actor, knows)
    recount(loaded)
    statements = keptStatements(
      loaded.resident.handle,
      stored.parts.flatMap((part) => part.statements),
    )
    return loaded
  }

  let space = await load()

  const keep = (more: readonly Statement[]): void => {
    if (more.length > 0) statements = keptStatements(space.resident.handle, [...statements.values(), ...more])
  }

  const putInPlace = async (snapshot: Uint8Array, kept: Statements): Promise<void> => {
    const calls = [...answered].slice(-CALLS_KEPT).map(([id, change]) => ({ id, change }))
    await store.compact(snapshot, [...kept.values()], calls)
    bytes = { snapshot: snapshot.length, later: 0 }
  }

  return {
    get space() {
      return space
    },
    get arrived() {
      return arrived
    },
    get statements() {
      return statements
    },
    reaches,
    get bytes() {
      return bytes
    },
    answerTo: (call) => answered.get(call),
    fresh(more) {
      const kept = keptStatements(space.resident.handle, [...statements.values(), ...more])
      return [...kept].flatMap(([id, statement]) => (statements.has(id) ? [] : [statement]))
    },
    async append(part) {
      await store.append(part)
      bytes.later += part.changes.reduce((sum, each) => sum + each.length, 0)
      keep(part.statements)
      for (const { id, change } of part.calls) answered.set(id, change)
    },
    reach(further) {
      for (const [actor, reach] of further) if (reach.changes > (reaches.get(actor)?.changes ?? 0)) reaches.set(actor, reach)
    },
    recount: () => recount(space),
    takeFirst(changes, loaded) {
      if (loaded) {
        closeSpace(space)
        space = { ...space, resident: loaded }
      } else for (const change of changes) space.resident.handle.loadIncremental(change)
      if (!space.resident.handle.getChangeMetaByHash(first)) return false
      space = adoptSpace(space.resident, first, space.knows)
      arrived = true
      return true
    },
    async replace(loaded, covering) {
      const before = space
      const next = adoptSpace(loaded, first, before.knows)
      const kept = keptStatements(next.resident.handle, [...statements.values(), ...covering])
      await putInPlace(next.resident.handle.save(), kept)
      statements = kept
      space = next
      closeSpace(before)
    },
    fold: (snapshot) => putInPlace(snapshot, statements),
    async reload() {
      closeSpace(space)
      space = await load()
    },
  }
}

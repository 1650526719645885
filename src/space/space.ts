import { concatAll } from '../bytes/encoding.ts'
import { type Actor, type Hash, newResident, type Resident } from './automerge.ts'
import { type Containers, containersOf, emptyBuckets, makeContainers } from './containers.ts'
import { applyEdits } from './edits/apply-edits.ts'
import type { Draft } from './edits/draft.ts'
import type { Edit } from './edits/edits.ts'
import { SpaceError } from './errors.ts'
import { type FieldId, newId, type TableId } from './ids.ts'
import { type Answers, type Ask, type Lookup, withAnswers } from './lookups.ts'
import { newStoredSchema, readSchema, readStoredSchema, rereadStored, type StoredSchema, storedAt } from './read-schema.ts'
import { EMPTY_SCHEMA, type Schema } from './schema.ts'
import { type DocumentPath, type Recorder, recorder, type Step } from './steps.ts'
import { addPatches, addPlace, newTouched, type Touched } from './touched.ts'
import { noteOperations, putBack, undoable } from './undo.ts'
import { checkName } from './value.ts'
import { BASE, BASE_KEY, checkWritableVersion, FORMAT, versionOf } from './versions/version.ts'
import { type Transaction, transact } from './write.ts'

/** A space's document in WebAssembly memory, with cached data. */
export interface Space {
  readonly resident: Resident
  readonly containers: Containers
  /** The format version that this program supports. It keeps newer data unchanged. */
  readonly knows: string
  schema: Schema
  /** The maps that `schema` was built from. */
  stored: StoredSchema
  /** Tables created on this device since the document was opened. All their records are known to followers of the commits. */
  readonly made: Set<TableId>
  /** The greatest order key of each table's records, updated by reading records. */
  readonly lastOrders: Map<TableId, string>
  /** The greatest number of each auto-number field, updated likewise. */
  readonly lastNumbers: Map<FieldId, number>
}

export interface Committed {
  readonly change: Hash
  readonly step: Step
  readonly touched: Touched
}

const missing = (place: DocumentPath) =>
  new SpaceError('not-found', `There is no ${place.in} ${Object.values(place).slice(1).join('/')} in this space (any more).`)

/**
 * Creates a document whose first change creates the containers, the space's name and the hidden table of comments.
 * @param actor hexadecimal, derived from the device's key
 * @param now seconds since 1970
 */
export const createSpace = (actor: Actor, name: string, now: number): { readonly space: Space; readonly first: Hash } => {
  const resident = newResident(actor)
  const first = transact(resident.handle, JSON.stringify({ what: 'create-space' }), now, (transaction) => {
    const containers = makeContainers(transaction, actor)
    transaction.put(containers.format, BASE_KEY, BASE)
    transaction.put(containers.info, 'name', checkName(name, 'a space'))
    const comments = newId<TableId>()
    transaction.make(containers.tables, comments, { name: 'comments', hidden: true, '~created': now })
    transaction.make(containers.records, comments, emptyBuckets())
  })
  if (first === undefined) throw new SpaceError('damaged', 'The first change of a space came out empty.')
  return { space: asSpace(resident, actor, FORMAT), first }
}

/**
 * Opens a saved document.
 * @param parts a snapshot and the changes after it, in order
 * @param first the hash of its first change, as named by the membership log
 * @param actor of this device, new for each session that writes
 * @param knows the format version that this program supports
 * @throws {SpaceError} `damaged` if the parts do not form a document with that first change
 */
export const openSpace = (parts: readonly Uint8Array[], first: Hash, actor: Actor, knows = FORMAT): Space => {
  const resident = newResident(actor)
  for (const part of parts) resident.handle.loadIncremental(part)
  return adoptSpace(resident, first, knows)
}

/** Creates a space for a loaded document. @throws {SpaceError} `damaged` */
export const adoptSpace = (resident: Resident, first: Hash, knows = FORMAT): Space => {
  const meta = resident.handle.getChangeMetaByHash(first)
  if (!meta) throw new SpaceError('damaged', `The document does not hold the change ${first} that its space began with.`)
  // Otherwise the next diff would contain a patch for everything that was loaded.
  resident.handle.updateDiffCursor()
  return asSpace(resident, meta.actor, knows)
}

/** A space whose document has not arrived yet: empty and read-only. */
export const awaitedSpace = (actor: Actor, knows = FORMAT): Space => ({
  resident: newResident(actor),
  containers: containersOf(''),
  knows,
  schema: EMPTY_SCHEMA,
  stored: newStoredSchema(),
  made: new Set(),
  lastOrders: new Map(),
  lastNumbers: new Map(),
})

const asSpace = (resident: Resident, creator: Actor, knows: string): Space => {
  const containers = containersOf(creator)
  resident.handle.updateDiffCursor()
  const stored = readStoredSchema(resident.handle, containers)
  const schema = readSchema(resident.handle, containers, versionOf(resident.handle, containers), stored)
  return { resident, containers, knows, schema, stored, made: new Set(), lastOrders: new Map(), lastNumbers: new Map() }
}

export const closeSpace = ({ resident }: Space): void => resident.handle.free()

/**
 * Commits edits as one change.
 * @param answers of the lookups from previous rounds
 * @returns undefined if nothing differs
 * @throws {LookupsMissing} the caller must run it again with these answers
 * @throws {SpaceError} nothing was written
 */
export const commitEdits = (
  space: Space,
  edits: readonly Edit[],
  now: number,
  answers: Answers = new Map(),
): Committed | undefined => {
  let draft: Draft | undefined
  const committed = commit(space, edits[0]?.do ?? 'set', now, (transaction, recorder) => {
    const { containers, schema, knows } = space
    // Inside the transaction, so that missing answers roll it back.
    draft = withAnswers(answers, (ask) =>
      applyEdits({ transaction, containers, recorder, schema, knows, now, ask: knowing(space, ask) }, edits),
    )
  })
  if (committed && draft) noteGiven(space, draft)
  return committed
}

/** Caches the order keys and numbers of a commit: the next commit may run before they are read back. */
const noteGiven = ({ lastOrders, lastNumbers }: Space, { tables, orders, numbers }: Draft): void => {
  for (const [table, order] of orders) if (tables.has(table as TableId)) lastOrders.set(table as TableId, order)
  for (const [field, number] of numbers) lastNumbers.set(field, number)
}

/** Answers lookups from the cached order keys and numbers. */
const knowing = ({ lastOrders, lastNumbers }: Space, ask: Ask): Ask => {
  const known = (lookup: Lookup): unknown => {
    if (lookup.kind === 'last-order' && lookup.before === undefined) return lastOrders.get(lookup.table)
    return lookup.kind === 'last-number' ? lastNumbers.get(lookup.field) : undefined
  }
  return (lookup) => (known(lookup) ?? ask(lookup)) as never
}

/** Undoes a step as a new change. `kept` counts the cells that somebody changed since; they stay. */
export const undoStep = (
  space: Space,
  step: Step,
  now: number,
): { readonly committed: Committed | undefined; readonly kept: number } => {
  const undo = undoable(space.resident.handle, space.containers, step)
  return { committed: commit(space, step.what, now, (_, written) => putBack(written, undo, now)), kept: undo.kept }
}

/**
 * Writes one change with `work`, then updates `space`.
 * @param work returns `schema` if it wrote tables or fields without the recorder
 */
export const commit = (
  space: Space,
  what: string,
  now: number,
  // biome-ignore lint/suspicious/noConfusingVoidType: most callbacks return nothing
  work: (transaction: Transaction, written: Recorder) => 'schema' | void,
): Committed | undefined => {
  const { handle } = space.resident
  checkWritableVersion(space.schema.version, space.knows)
  let step: Step = { what, written: [] }
  let toldSchema = false
  let purged: readonly DocumentPath[] = []
  const change = transact(handle, JSON.stringify({ what }), now, (transaction) => {
    const written = recorder(transaction, space.containers, missing, (place) => storedAt(space.stored, place))
    toldSchema = work(transaction, written) === 'schema'
    step = { what, written: written.written }
    purged = written.purged
  })
  if (change === undefined) return undefined
  noteOperations(handle, space.containers, step)
  // The patches of the own change are known already.
  handle.updateDiffCursor()
  const touched: Touched = { ...newTouched(), schema: toldSchema }
  const places = [...step.written.map(({ place }) => place), ...purged]
  for (const place of places) addPlace(touched, place)
  for (const each of step.written)
    if (each.kind === 'key' && each.made && each.place.in === 'table') space.made.add(each.place.table)
  if (toldSchema) rereadSchema(space)
  else if (touched.schema) {
    for (const place of places) rereadStored(space.stored, handle, space.containers, place)
    refreshSchema(space)
  }
  return { change, step, touched }
}

/**
 * Applies validated changes.
 * @returns what they touched
 * @throws if Automerge rejects them; the document is then unchanged
 */
export const applyChanges = (space: Space, changes: readonly Uint8Array[]): Touched => {
  loadChanges(space, changes)
  return touchedByLoaded(space)
}

/**
 * The first half of `applyChanges`: loads validated changes in one call. For 50 changes this takes a third of the time of loading
 * them one by one; for 500 it takes ten times as long. Do not write until `touchedByLoaded` was called.
 * @throws if Automerge rejects them
 */
export const loadChanges = ({ resident }: Space, changes: readonly Uint8Array[]): void => {
  resident.handle.loadIncremental(concatAll(changes))
}

/** What the changes loaded since the last call touched. The cost hardly depends on their number. */
export const touchedByLoaded = (space: Space): Touched => {
  const touched = newTouched()
  addPatches(touched, space.resident.handle.diffIncremental())
  if (touched.schema) rereadSchema(space)
  return touched
}

/** Reads the whole schema from the document. */
const rereadSchema = (space: Space): void => {
  space.stored = readStoredSchema(space.resident.handle, space.containers)
  refreshSchema(space)
}

/** Rebuilds the schema from the cached maps. */
const refreshSchema = (space: Space): void => {
  const { resident, containers, stored } = space
  space.schema = readSchema(resident.handle, containers, versionOf(resident.handle, containers), stored)
}

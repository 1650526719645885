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

/** A space's document, resident in WebAssembly, and what is known of it. */
export interface Space {
  readonly resident: Resident
  readonly containers: Containers
  /** The version of the format that this program knows: what is newer it keeps, and takes nothing away from. */
  readonly knows: string
  schema: Schema
  /** The maps that `schema` was made of. */
  stored: StoredSchema
  /** Tables that were made here since the document was opened: whoever follows every commit has seen all their records. */
  readonly made: Set<TableId>
  /** The greatest order key of each table's records; kept by whoever reads records. */
  readonly lastOrders: Map<TableId, string>
  /** The greatest number that each automatic numbering gave; kept likewise. */
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
 * Makes a document whose first change holds the containers, the space's name and the hidden table of comments.
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
 * Opens a document that was saved.
 * @param parts a snapshot and what came after it, in order
 * @param first the hash of its first change, as the membership log names it
 * @param actor this device's, new at each start that writes
 * @param knows the version of the format that this program knows
 * @throws {SpaceError} `damaged` when the parts do not make up a document with that first change
 */
export const openSpace = (parts: readonly Uint8Array[], first: Hash, actor: Actor, knows = FORMAT): Space => {
  const resident = newResident(actor)
  for (const part of parts) resident.handle.loadIncremental(part)
  return adoptSpace(resident, first, knows)
}

/** A space over a document that is already loaded. @throws {SpaceError} `damaged` */
export const adoptSpace = (resident: Resident, first: Hash, knows = FORMAT): Space => {
  const meta = resident.handle.getChangeMetaByHash(first)
  if (!meta) throw new SpaceError('damaged', `The document does not hold the change ${first} that its space began with.`)
  // Or the next diff would hold a patch for everything that was loaded.
  resident.handle.updateDiffCursor()
  return asSpace(resident, meta.actor, knows)
}

/** A space whose document has not arrived yet: empty, and not to be written to. */
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
 * @param answers what lookups were answered with, in the rounds before this one
 * @returns undefined when nothing differed
 * @throws {LookupsMissing} to be run again with these answered
 * @throws {SpaceError} and nothing was written
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
    // Inside: what is missing rolls the transaction back.
    draft = withAnswers(answers, (ask) =>
      applyEdits({ transaction, containers, recorder, schema, knows, now, ask: knowing(space, ask) }, edits),
    )
  })
  if (committed && draft) noteGiven(space, draft)
  return committed
}

/** Remembers the order keys and numbers that a commit gave: the next one may run before they are read back. */
const noteGiven = ({ lastOrders, lastNumbers }: Space, { tables, orders, numbers }: Draft): void => {
  for (const [table, order] of orders) if (tables.has(table as TableId)) lastOrders.set(table as TableId, order)
  for (const [field, number] of numbers) lastNumbers.set(field, number)
}

/** Answers at once what this device keeps at hand. */
const knowing = ({ lastOrders, lastNumbers }: Space, ask: Ask): Ask => {
  const known = (lookup: Lookup): unknown => {
    if (lookup.kind === 'last-order' && lookup.before === undefined) return lastOrders.get(lookup.table)
    return lookup.kind === 'last-number' ? lastNumbers.get(lookup.field) : undefined
  }
  return (lookup) => (known(lookup) ?? ask(lookup)) as never
}

/** Takes a step back as a new change. `kept` counts the cells that somebody changed since; they stay. */
export const undoStep = (
  space: Space,
  step: Step,
  now: number,
): { readonly committed: Committed | undefined; readonly kept: number } => {
  const undo = undoable(space.resident.handle, space.containers, step)
  return { committed: commit(space, step.what, now, (_, written) => putBack(written, undo, now)), kept: undo.kept }
}

/**
 * One change written by `work`, read back into `space`.
 * @param work may tell that it wrote tables or fields past the recorder, by returning `schema`
 */
export const commit = (
  space: Space,
  what: string,
  now: number,
  // biome-ignore lint/suspicious/noConfusingVoidType: most have nothing to tell
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
  // One's own patches are known already.
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
 * Takes in changes that were checked.
 * @returns what they touched
 * @throws when Automerge refuses them; the document is then as before
 */
export const applyChanges = (space: Space, changes: readonly Uint8Array[]): Touched => {
  loadChanges(space, changes)
  return touchedByLoaded(space)
}

/**
 * The first half of `applyChanges`: loads changes that were checked, at one go, which for fifty takes a third of the time that it
 * takes one by one; for five hundred it takes ten times as long. Until `touchedByLoaded` nothing may be written.
 * @throws when Automerge refuses them
 */
export const loadChanges = ({ resident }: Space, changes: readonly Uint8Array[]): void => {
  resident.handle.loadIncremental(concatAll(changes))
}

/** What the changes touched that were loaded since this was asked last: looking takes much the same time for one as for hundreds. */
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

/** Makes the schema of what is stored. */
const refreshSchema = (space: Space): void => {
  const { resident, containers, stored } = space
  space.schema = readSchema(resident.handle, containers, versionOf(resident.handle, containers), stored)
}

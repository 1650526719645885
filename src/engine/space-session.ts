import { type Sign, signer } from '../bytes/ed25519.ts'
import { toHex } from '../bytes/encoding.ts'
import { type DeviceKeys, newActor } from '../people/device-keys.ts'
import type { Entry, EntryHash } from '../people/entry.ts'
import { listedIn, type Membership, membershipOf } from '../people/membership.ts'
import { makeStatement, type Statement } from '../people/statement.ts'
import { answerLookups } from '../space/answer-lookups.ts'
import type { Resident } from '../space/automerge.ts'
import type { Edit } from '../space/edits/edits.ts'
import { inPieces } from '../space/edits/in-pieces.ts'
import { withIds } from '../space/edits/with-ids.ts'
import { SpaceError } from '../space/errors.ts'
import type { SpaceId } from '../space/ids.ts'
import { type Answers, type Lookup, LookupsMissing } from '../space/lookups.ts'
import { everyTable } from '../space/schema.ts'
import {
  adoptSpace,
  applyChanges,
  awaitedSpace,
  type Committed,
  closeSpace,
  commitEdits,
  loadChanges,
  openSpace,
  type Space,
  touchedByLoaded,
  undoStep,
} from '../space/space.ts'
import type { Step } from '../space/steps.ts'
import { addPatches, addTouched, newTouched, type Touched } from '../space/touched.ts'
import { ANCHORS, type Anchor } from '../space/versions/anchors.ts'
import { formatOf } from '../space/versions/version.ts'
import { warmUp } from '../space/warm-up.ts'
import { type Clock, systemClock } from './clock.ts'
import { documentProof, sameHeads } from './document-proof.ts'
import type { CommitResult, OpenSpace, StepName, UndoResult } from './engine.ts'
import type { Examine } from './examination.ts'
import { type Live, live } from './live.ts'
import { newVersions } from './new-versions.ts'
import { now } from './now.ts'
import { report } from './report.ts'
import { logOf, type Part, type SpaceStore } from './space-store.ts'
import { turn } from './turn.ts'

/** What is taken back at once: one step, or those that a large one was done in. */
type Steps = readonly Step[]

/** Steps that can be taken back. */
const UNDO_LIMIT = 200

/** Bytes after the snapshot from which on they are folded into a new one; and never before they are as many as it has. */
const COMPACT_BYTES = 1_000_000

/** Milliseconds without a write after which they are folded. */
const IDLE = 5_000

/** Calls whose answers a snapshot goes on to know: more than can be under way when an engine gives way to another. */
const CALLS_KEPT = 1_000

/** One space, open: its document, its log, and the one queue through which everything is written. */
export interface SpaceSession {
  readonly id: SpaceId
  readonly root: EntryHash
  readonly keys: DeviceKeys
  /** Looks into documents that may do harm. */
  readonly examine: Examine
  /** What it needs to examine will come soon. */
  prepareToExamine(): void
  readonly state: Live<OpenSpace>
  readonly log: ReadonlyMap<EntryHash, Entry>
  readonly membership: Membership
  /** Versions of the format that this program knows. */
  readonly anchors: readonly Anchor[]
  readonly statements: ReadonlyMap<string, Statement>
  /** How many changes each actor has in the document. */
  readonly sequences: ReadonlyMap<string, number>
  space(): Space
  /** @param call the id of the call, so that one repeated is not done twice */
  commit(call: string, edits: readonly Edit[]): Promise<CommitResult>
  undo(): Promise<UndoResult>
  redo(): Promise<UndoResult>
  /** Runs one change of an import in the queue; it stands on disk when this resolves. */
  write(work: (space: Space, answers: Answers) => Committed | undefined): Promise<Committed | undefined>
  /** Remembers a step for undo. */
  remember(step: Step): void
  /** Whether the document has arrived; until then nothing can be written. */
  readonly arrived: boolean
  /**
   * Runs `work` while nothing is being written: what it sees of the document is on disk.
   * @param work gets what takes in changes of others that were checked, with the statements that cover them, and what lets those
   *   write who have waited meanwhile
   */
  exclusive<T>(work: (receive: Receive, giveWay: () => Promise<void>) => Promise<T>): Promise<T>
  addEntries(entries: readonly Entry[]): Promise<void>
  /** Folds what was written since the last snapshot into a new one, when that is worth it. */
  compactWhenWorth(): Promise<void>
  /** Waits for what is being written. */
  close(): Promise<void>
}

/** Changes of others that were checked, and who stands for them. */
export interface Received {
  /** The neighbour that brought them. */
  readonly from: string
  readonly changes: readonly Uint8Array[]
  readonly statements: readonly Statement[]
  /** How many changes each of their actors has from then on. */
  readonly sequences: ReadonlyMap<string, number>
  /** The same, loaded already, with all that is here: taken in the place of ours, and not to be freed by whoever gave it. */
  readonly loaded?: Resident
}

/** Durable when it resolves. */
export type Receive = (received: Received) => Promise<void>

/** What a session stands on beside its store. */
export interface SessionSurroundings {
  readonly examine: Examine
  readonly prepare?: () => void
  readonly clock?: Clock
  /** Versions of the format that this program knows, oldest first; `ANCHORS` when left out. */
  readonly anchors?: readonly Anchor[]
  /** The space is an archive: it is looked at, and nothing is written. */
  readonly readOnly?: boolean
}

/** What the session tells whoever shows or sends the space. */
export interface SessionListeners {
  /** Changes of others are in the document and on their way to the disk; if they do not get there, `reloaded` follows. */
  arrived?(touched: Touched): void
  /** Answers what a commit has to know of other records; without, they are read from the document. */
  lookUp?(lookups: readonly Lookup[]): Promise<Answers | undefined>
  /** A change that was made here is in the document and on its way to the disk; `changed` follows, or `reloaded`. */
  writing?(): void
  /** After the change is on disk. `own` when it was made here; of others' changes `arrived` has told before. */
  changed(touched: Touched, own: boolean): void
  logChanged(): void
  /** The document was read again from disk, since writing failed: everything may differ. */
  reloaded(): void
  /** Something is wrong that nobody waits for; reported when left out. */
  failed?(error: unknown): void
}

interface Job {
  readonly call: string | undefined
  readonly run: (space: Space, answers: Answers) => Committed | undefined
  /** What it had to know of other records, and was told. */
  answers: Answers
  readonly resolve: (committed: Committed | undefined) => void
  readonly reject: (error: unknown) => void
}

/** Steps that an answer takes from the queue to its port, and some more. */
const ANSWER_TURNS = 12

/** Missed changes that are looked through for the records they touched; beyond them everything is read again. */
const READ_SINGLY = 5_000

/** Changes of others that are taken in before others have their turn: some milliseconds. */
const ARRIVING = 50

/** Changes of others that are written and told together, while nobody waits to write. */
const ARRIVING_TOGETHER = 2_000

/** Entries of a log; a thousand take a fraction of a second to settle. */
const ENTRIES_LIMIT = 2_000

/** @throws {SpaceError} `damaged` when log or document on disk do not belong together */
export const openSession = async (
  id: SpaceId,
  root: EntryHash,
  keys: DeviceKeys,
  store: SpaceStore,
  listeners: SessionListeners,
  { examine, prepare = () => undefined, clock = systemClock, anchors = ANCHORS, readOnly = false }: SessionSurroundings,
): Promise<SpaceSession> => {
  const failed = listeners.failed ?? report
  const log = logOf(await store.readLog())
  let membership = readMembership(log, root)
  const sign: Sign = await signer(keys.sign)
  const statements = new Map<string, Statement>()
  const answered = new Map<string, string>()
  const sequences = new Map<string, number>()
  let bytes = { snapshot: 0, later: 0 }
  let arrived = false

  const load = async (): Promise<Space> => {
    const stored = await store.read()
    bytes = { snapshot: stored.snapshotBytes, later: stored.laterBytes }
    for (const { statements: covering, calls } of stored.parts) {
      for (const statement of covering) statements.set(statement.device, statement)
      for (const { id, change } of calls) answered.set(id, change)
    }
    const changes = stored.parts.flatMap((part) => part.changes)
    const actor = await newActor(keys.sign.publicKey)
    arrived = changes.length > 0
    const knows = formatOf(anchors)
    const loaded = arrived ? openSpace(changes, membership.first, actor, knows) : awaitedSpace(actor, knows)
    sequences.clear()
    for (const meta of loaded.resident.handle.getChangesMeta([])) sequences.set(meta.actor, meta.seq)
    return loaded
  }

  let space = await load()
  let undoStack: Steps[] = []
  let redoStack: Steps[] = []
  let jobs: Job[] = []
  let pumping: Promise<void> | undefined
  let idle: (() => void) | undefined
  let closed = false
  const proof = documentProof({
    clock,
    examine,
    handle: () => space.resident.handle,
    size: () => bytes.snapshot + bytes.later,
    exclusive: (work) => serialise(work),
    failed,
  })

  const show = (): OpenSpace => ({
    ready: arrived,
    schema: space.schema,
    undo: undoStack.at(-1)?.[0]?.what as StepName | undefined,
    redo: redoStack.at(-1)?.[0]?.what as StepName | undefined,
  })
  const state = live<OpenSpace>(show())
  /** Tells only what differs: most edits change nothing of it. */
  const refreshState = () => {
    const [before, next] = [state.value, show()]
    if (before.ready !== next.ready || before.schema !== next.schema || before.undo !== next.undo || before.redo !== next.redo)
      state.set(next)
  }

  const append = async (part: Part): Promise<void> => {
    await store.append(part)
    bytes.later += part.changes.reduce((sum, each) => sum + each.length, 0)
    for (const statement of part.statements) if (isNewer(statement)) statements.set(statement.device, statement)
    for (const { id, change } of part.calls) answered.set(id, change)
  }

  /** Whether a statement says more than the one that is held: its change is here, and comes after that one's in its device's chain. */
  const isNewer = ({ device, change }: Statement): boolean => {
    const { handle } = space.resident
    const held = statements.get(device)
    const said = handle.getChangeMetaByHash(change)
    if (!said || held?.change === change) return false
    return held === undefined || said.maxOp >= (handle.getChangeMetaByHash(held.change)?.maxOp ?? 0)
  }

  /** Between two parts of what takes long: everybody has a turn, and what was asked meanwhile is written. */
  const giveWay = async (): Promise<void> => {
    await turn()
    await writeWaiting()
  }

  /** Everything that waits becomes one write: each job a change of its own, one statement over all. */
  const pump = async (): Promise<void> => {
    // Whoever heard an answer may have asked for more by the time this goes on.
    do await writeWaiting()
    while (jobs.length > 0)
    pumping = undefined
  }

  const writeWaiting = async (): Promise<void> => {
    while (jobs.length > 0) {
      const group = jobs
      jobs = []
      const { handle } = space.resident
      const before = handle.getHeads()
      const done: { job: Job; committed: Committed | undefined }[] = []
      let asking: { readonly job: Job; readonly lookups: readonly Lookup[] } | undefined
      for (const [at, job] of group.entries()) {
        try {
          done.push({ job, committed: job.run(space, job.answers) })
        } catch (error) {
          if (error instanceof LookupsMissing) {
            // It goes on first once it has been told; what came before it is written meanwhile.
            asking = { job, lookups: error.lookups }
            jobs = [...group.slice(at), ...jobs]
            break
          }
          job.reject(error)
        }
      }
      const last = done.findLast(({ committed }) => committed)?.committed
      try {
        if (last) {
          const changes = [handle.saveSince(before)]
          const statement = await makeStatement(root, membership.document, last.change, keys.sign.publicKey, sign)
          const calls = done.flatMap(({ job, committed }) =>
            job.call && committed ? [{ id: job.call, change: committed.change }] : [],
          )
          const written = append({ changes, statements: [statement], calls })
          try {
            listeners.writing?.()
          } catch (error) {
            // It is on its way to the disk, and will be there whatever became of whoever was told.
            failed(error)
          }
          await written
        }
      } catch (error) {
        // What is not on disk must not stay in memory either, or later changes would build on it.
        await reload()
        for (const { job } of done) job.reject(error)
        continue
      }
      const touched = newTouched()
      for (const { committed } of done) if (committed) addTouched(touched, committed.touched)
      for (const { job, committed } of done) job.resolve(committed)
      if (last) {
        proof.written()
        listeners.changed(touched, true)
        // Whoever waits for the answer hears it before others are told, and draw.
        for (let turn = 0; turn < ANSWER_TURNS; turn++) await undefined
        refreshState()
        compactLater()
      }
      if (asking) await tell(asking.job, asking.lookups)
    }
  }

  const tell = async (job: Job, lookups: readonly Lookup[]): Promise<void> => {
    try {
      const answers = (await listeners.lookUp?.(lookups)) ?? answerLookups(space, lookups)
      job.answers = new Map([...job.answers, ...answers])
    } catch (error) {
      jobs = jobs.filter((each) => each !== job)
      job.reject(error)
    }
  }

  const reload = async (): Promise<void> => {
    closeSpace(space)
    space = await load()
    undoStack = []
    redoStack = []
    state.set(show())
    listeners.reloaded()
  }

  const enqueue = (run: Job['run'], call?: string): Promise<Committed | undefined> =>
    new Promise((resolve, reject) => {
      if (!arrived)
        return reject(new SpaceError('not-ready', 'This space is still arriving from another device. Try again when it is here.'))
      if (readOnly)
        return reject(new SpaceError('read-only', 'An archive is only looked at. Copy it to a new space to go on writing.'))
      jobs.push({ call, run, answers: new Map(), resolve, reject })
      pumping ??= Promise.resolve().then(pump)
    })

  /** The first changes of a document that is awaited; until its very first one is among them, nothing of it can be shown. */
  const takeFirst = (changes: readonly Uint8Array[], loaded: Resident | undefined): Touched => {
    if (loaded) {
      closeSpace(space)
      space = { ...space, resident: loaded }
    } else for (const change of changes) space.resident.handle.loadIncremental(change)
    if (!space.resident.handle.getChangeMetaByHash(membership.first)) return newTouched()
    space = adoptSpace(space.resident, membership.first, space.knows)
    arrived = true
    return { ...newTouched(), schema: true }
  }

  const receive: Receive = async (received) => {
    const { from, changes, statements: covering, sequences: counts, loaded } = received
    if (arrived && loaded) return takeWhole(received, loaded)
    const awaited = !arrived
    const before = space.resident.handle.getHeads()
    for (let at = 0; at < changes.length; ) {
      // Whoever edits meanwhile does not wait for all of it.
      if (at > 0) await writeWaiting()
      at += await takeIn(changes.slice(at, at + ARRIVING_TOGETHER), covering, loaded)
    }
    const newer = covering.filter(isNewer)
    if (newer.length > 0) await append({ changes: [], statements: newer, calls: [] })
    if (changes.length === 0) return
    for (const [actor, count] of counts) sequences.set(actor, count)
    proof.received(
      from,
      space.resident.handle.getChangesMeta(before).map(({ hash }) => hash),
    )
    if (awaited) {
      const learnt = await learnVersions().catch((error: unknown) => void failed(error))
      if (learnt) {
        listeners.changed(learnt, true)
        listeners.logChanged()
      }
    }
    refreshState()
    compactLater()
  }

  /** Brings the document to the versions that this program knows, and names them in the log, together. @returns what that touched */
  const learnVersions = async (): Promise<Touched | undefined> => {
    if (!arrived) return undefined
    const { changes, entries, refused } = await newVersions(space, anchors, root, membership, keys)
    for (const version of refused)
      failed(
        new SpaceError('damaged', `The log of space ${id} names a change for the version ${version} that does not bring it.`),
      )
    if (changes.length + entries.length === 0) return undefined
    await store.append({ changes, statements: [], calls: [] }, entries)
    const touched = changes.length > 0 ? applyChanges(space, changes) : newTouched()
    for (const { actor, seq } of space.resident.handle.getChangesMeta([])) sequences.set(actor, seq)
    for (const entry of entries) log.set(entry.hash, entry)
    membership = readMembership(log, root)
    return touched
  }

  /**
   * Puts a whole document that came, and holds all of ours, in the place of ours. Where much was missed that is faster than taking
   * it in change by change.
   */
  const takeWhole = async ({ from, statements: covering, sequences: counts }: Received, loaded: Resident): Promise<void> => {
    const before = space
    const known = before.resident.handle.getHeads()
    const next = adoptSpace(loaded, membership.first, before.knows)
    const missed = next.resident.handle.getChangesMeta(known).map(({ hash }) => hash)
    const newer = covering.filter(({ change }) => next.resident.handle.getChangeMetaByHash(change))
    const snapshot = next.resident.handle.save()
    const kept = new Map([...statements, ...newer.map((statement) => [statement.device, statement] as const)])
    await store.compact(snapshot, [...kept.values()], callsKept())
    for (const [device, statement] of kept) statements.set(device, statement)
    bytes = { snapshot: snapshot.length, later: 0 }
    space = next
    closeSpace(before)
    for (const [actor, count] of counts) sequences.set(actor, count)
    proof.received(from, missed)
    refreshState()
    if (missed.length > READ_SINGLY) listeners.reloaded()
    else {
      const touched = newTouched()
      addPatches(touched, next.resident.handle.diff([...known], next.resident.handle.getHeads()))
      listeners.arrived?.(touched)
      listeners.changed(touched, false)
    }
    prepareForEdits().catch(report)
  }

  /**
   * Some of what arrived, each change after those it depends on; on disk with the statements for what is here by then.
   * @returns how many of them: fewer than all as soon as somebody waits to write
   */
  const takeIn = async (
    changes: readonly Uint8Array[],
    covering: readonly Statement[],
    loaded: Resident | undefined,
  ): Promise<number> => {
    let touched: Touched
    let taken = 0
    try {
      if (arrived) {
        do {
          if (taken > 0) await turn()
          loadChanges(space, changes.slice(taken, taken + ARRIVING))
          taken += ARRIVING
        } while (taken < changes.length && jobs.length === 0)
        touched = touchedByLoaded(space)
      } else {
        taken = ARRIVING
        touched = takeFirst(changes.slice(0, taken), loaded)
      }
      listeners.arrived?.(touched)
      await append({ changes: changes.slice(0, taken), statements: covering.filter(isNewer), calls: [] })
    } catch (error) {
      await reload()
      throw error
    }
    listeners.changed(touched, false)
    return taken
  }

  /** What a snapshot goes on to know of calls that were answered. */
  const callsKept = (): Part['calls'] => [...answered].slice(-CALLS_KEPT).map(([id, change]) => ({ id, change }))

  const compact = async (): Promise<void> => {
    if (!arrived || proof.unsound || bytes.later < COMPACT_BYTES || bytes.later < bytes.snapshot) return
    const snapshot = space.resident.handle.save()
    const heads = await examine('loads', { bytes: snapshot })
    if (!heads || !sameHeads(heads, space.resident.handle.getHeads()))
      throw new SpaceError('damaged', `The snapshot of space ${id} does not show the same heads; its parts are kept.`)
    await store.compact(snapshot, [...statements.values()], callsKept())
    bytes = { snapshot: snapshot.length, later: 0 }
  }

  /** Compacts once nothing was written for a while: it keeps others waiting for as long as loading takes. */
  const compactLater = () => {
    idle?.()
    idle = undefined
    if (closed || bytes.later < COMPACT_BYTES || bytes.later < bytes.snapshot) return
    idle = clock.after(IDLE, () => {
      serialise(compact).catch(failed)
    })
  }

  const push = (stack: Steps[], steps: Steps) => {
    if (steps.every(({ written }) => written.length === 0)) return
    stack.push(steps)
    if (stack.length > UNDO_LIMIT) stack.shift()
  }

  const takeBack = async (from: Steps[], to: Steps[]): Promise<UndoResult> => {
    const group = from.pop()
    if (!group) return { done: false, kept: 0 }
    let kept = 0
    const taken: Step[] = []
    for (const step of group.toReversed()) {
      const committed = await enqueue((space) => {
        const undone = undoStep(space, step, now())
        kept += undone.kept
        return undone.committed
      })
      if (committed) taken.push(committed.step)
    }
    push(to, taken)
    state.set(show())
    return { done: taken.length > 0, kept }
  }

  /** Runs `work` between two groups of jobs: nothing else is written meanwhile. */
  const serialise = async <T>(work: () => Promise<T>): Promise<T> => {
    while (pumping) await pumping
    const result = work()
    pumping = result.then(
      () => pump(),
      () => pump(),
    )
    return result
  }

  /** Step by step, for as long as this document is the one in use. */
  const prepareForEdits = async (): Promise<void> => {
    const loaded = space
    for (const _ of warmUp(loaded)) {
      await turn()
      if (closed || space !== loaded) return
    }
  }
  prepareForEdits().catch(report)
  // What cannot be written now is tried at the next opening; the space can be used as it is.
  await learnVersions().catch(failed)
  refreshState()

  return {
    id,
    root,
    keys,
    examine,
    prepareToExamine: prepare,
    state,
    log,
    statements,
    sequences,
    get membership() {
      return membership
    },
    anchors,
    space: () => space,
    async commit(call, edits) {
      const known = answered.get(call)
      if (known !== undefined) return { change: known }
      const pieces = isLongText(space, edits) ? inPieces(edits) : [withIds(edits)]
      const steps: Step[] = []
      let change: string | undefined
      for (const [at, piece] of pieces.entries()) {
        const isLast = at === pieces.length - 1
        const committed = await enqueue(
          (space, answers) => {
            const done = commitEdits(space, piece, now(), answers)
            if (done) steps.push(done.step)
            if (isLast && steps.length > 0) {
              push(undoStack, steps)
              redoStack = []
            }
            return done
          },
          isLast ? call : undefined,
        )
        change = committed?.change ?? change
      }
      return { change }
    },
    undo: () => takeBack(undoStack, redoStack),
    redo: () => takeBack(redoStack, undoStack),
    write: (work) => enqueue(work),
    remember(step) {
      push(undoStack, [step])
      redoStack = []
      state.set(show())
    },
    get arrived() {
      return arrived
    },
    exclusive: (work) => serialise(() => work(receive, giveWay)),
    addEntries: (entries) =>
      serialise(async () => {
        // Only entries of this space, by devices that it lists or that these entries list: anybody can sign anything else.
        const signers = new Set([...membership.devices.keys(), ...entries.flatMap(listedIn)])
        const fresh = entries.filter(
          ({ hash, space, device }) => !log.has(hash) && space !== undefined && toHex(space) === root && signers.has(device),
        )
        if (log.size + fresh.length > ENTRIES_LIMIT) {
          throw new SpaceError(
            'too-many',
            `The log of a space holds at most ${ENTRIES_LIMIT} entries; ${fresh.length} more came.`,
          )
        }
        if (fresh.length === 0) return
        await store.appendLog(fresh)
        for (const entry of fresh) log.set(entry.hash, entry)
        membership = readMembership(log, root)
        listeners.logChanged()
      }),
    compactWhenWorth: () => serialise(compact),
    async close() {
      closed = true
      idle?.()
      proof.end()
      while (pumping) await pumping
      closeSpace(space)
    },
  }

  function readMembership(entries: ReadonlyMap<EntryHash, Entry>, root: EntryHash): Membership {
    const found = membershipOf(entries, root)
    if (!found) throw new SpaceError('damaged', `The log of space ${id} does not hold its create entry ${root}.`)
    return found
  }
}

/** Whether a transaction writes in a long text alone: only that is ever done in several changes. */
const isLongText = (space: Space, [edit, another]: readonly Edit[]): boolean => {
  if (!edit || another || (edit.do !== 'set' && edit.do !== 'splice')) return false
  const fields = everyTable(space.schema).flatMap(({ fields }) => fields)
  return fields.some(({ id, name, type }) => type === 'long-text' && (id === edit.field || name === edit.field))
}

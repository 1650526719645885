import { type Sign, signer } from '../../bytes/ed25519.ts'
import { toHex } from '../../bytes/encoding.ts'
import { makeStatement } from '../../people/attestation.ts'
import type { DeviceKeys } from '../../people/device-keys.ts'
import { type Entry, type EntryHash, LOG_LIMIT } from '../../people/entry.ts'
import { listedIn, type Membership, membershipOf } from '../../people/membership.ts'
import { answerLookups } from '../../space/answer-lookups.ts'
import type { Edit } from '../../space/edits/edits.ts'
import { inPieces } from '../../space/edits/in-pieces.ts'
import { withIds } from '../../space/edits/with-ids.ts'
import { SpaceError } from '../../space/errors.ts'
import type { SpaceId } from '../../space/ids.ts'
import { type Answers, type Lookup, LookupsMissing } from '../../space/lookups.ts'
import { everyTable } from '../../space/schema.ts'
import { applyChanges, type Committed, closeSpace, commitEdits, type Space } from '../../space/space.ts'
import type { Step } from '../../space/steps.ts'
import { addTouched, newTouched, type Touched } from '../../space/touched.ts'
import { ANCHORS, type Anchor } from '../../space/versions/anchors.ts'
import { formatOf } from '../../space/versions/version.ts'
import { warmUp } from '../../space/warm-up.ts'
import type { Reach } from '../../sync/gate.ts'
import type { CommitResult, OpenSpace, UndoResult } from '../api/engine.ts'
import { report } from '../api/report.ts'
import { type Subscribable, subscribable } from '../api/subscribable.ts'
import { documentProof } from '../examine/document-proof.ts'
import type { Examine } from '../examine/examination.ts'
import { type Clock, systemClock, unixSeconds } from '../scheduling/clock.ts'
import { turn } from '../scheduling/turn.ts'
import { type ArrivalListeners, type Receive, takingIn } from './apply-remote-changes.ts'
import { compaction } from './compaction.ts'
import type { Statements } from './kept-statements.ts'
import { missingMigrations } from './missing-migrations.ts'
import { spaceDocument } from './space-document.ts'
import { logOf, type SpaceStore } from './space-store.ts'
import { undoStacks } from './undo-stacks.ts'

/** One space, open: its document, its log, and the one queue through which everything is written. */
export interface SpaceSession {
  readonly id: SpaceId
  readonly root: EntryHash
  readonly keys: DeviceKeys
  /** Looks into documents that may do harm. */
  readonly examine: Examine
  /** What it needs to examine will come soon. */
  prepareToExamine(): void
  readonly state: Subscribable<OpenSpace>
  readonly log: ReadonlyMap<EntryHash, Entry>
  readonly membership: Membership
  /** Versions of the format that this program knows. */
  readonly anchors: readonly Anchor[]
  readonly statements: Statements
  /** How far each actor has come in the document. */
  readonly reaches: ReadonlyMap<string, Reach>
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

/** What a session stands on beside its store. */
export interface SessionOptions {
  readonly examine: Examine
  readonly prepare?: () => void
  readonly clock?: Clock
  /** Versions of the format that this program knows, oldest first; `ANCHORS` when left out. */
  readonly anchors?: readonly Anchor[]
  /** The space is an archive: it is looked at, and nothing is written. */
  readonly readOnly?: boolean
}

/** What the session tells whoever shows or sends the space. */
export interface SessionListeners extends ArrivalListeners {
  /** Answers what a commit has to know of other records; without, they are read from the document. */
  lookUp?(lookups: readonly Lookup[]): Promise<Answers | undefined>
  /** A change that was made here is in the document and on its way to the disk; `changed` follows, or `reloaded`. */
  writing?(): void
  logChanged(): void
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

/** Milliseconds of edits that are written together. Without a limit, a group grows while the one before it is written, and no edit is acknowledged. */
const GROUP_TIME = 30

/** @throws {SpaceError} `damaged` when log or document on disk do not belong together */
export const openSession = async (
  id: SpaceId,
  root: EntryHash,
  keys: DeviceKeys,
  store: SpaceStore,
  listeners: SessionListeners,
  { examine, prepare = () => undefined, clock = systemClock, anchors = ANCHORS, readOnly = false }: SessionOptions,
): Promise<SpaceSession> => {
  const failed = listeners.failed ?? report
  const log = logOf(await store.readLog())
  let membership = readMembership(log, root)
  const sign: Sign = await signer(keys.sign)
  const document = await spaceDocument(store, membership.first, keys.sign.publicKey, formatOf(anchors))
  let jobs: Job[] = []
  let pumping: Promise<void> | undefined
  let closed = false
  const proof = documentProof({
    clock,
    examine,
    handle: () => document.space.resident.handle,
    size: () => document.bytes.snapshot + document.bytes.later,
    exclusive: (work) => serialise(work),
    failed,
  })
  const {
    compact,
    compactLater,
    end: endCompaction,
  } = compaction({
    id,
    document,
    clock,
    examine,
    unsound: () => proof.unsound,
    exclusive: (work) => serialise(work),
    failed,
  })
  const stacks = undoStacks(
    (work) => enqueue(work),
    () => state.set(show()),
  )

  const show = (): OpenSpace => ({
    ready: document.arrived,
    schema: document.space.schema,
    undo: stacks.undoName,
    redo: stacks.redoName,
  })
  const state = subscribable<OpenSpace>(show())
  /** Tells only what differs: most edits change nothing of it. */
  const refreshState = () => {
    const [before, next] = [state.value, show()]
    if (before.ready !== next.ready || before.schema !== next.schema || before.undo !== next.undo || before.redo !== next.redo)
      state.set(next)
  }

  /** Between two parts of what takes long: everybody has a turn, and what was asked meanwhile is written. */
  const giveWay = async (): Promise<void> => {
    await turn()
    await writeWaiting()
  }

  /** Writes what waits, in groups: each job is a change of its own, and a group has one statement and one vault write. */
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
      const { handle } = document.space.resident
      const before = handle.getHeads()
      const end = clock.now() + GROUP_TIME
      const done: { job: Job; committed: Committed | undefined }[] = []
      let asking: { readonly job: Job; readonly lookups: readonly Lookup[] } | undefined
      for (const [at, job] of group.entries()) {
        if (at > 0 && clock.now() >= end) {
          jobs = group.slice(at)
          break
        }
        try {
          done.push({ job, committed: job.run(document.space, job.answers) })
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
          // It is signed elsewhere while the bytes are made here.
          const signing = makeStatement(root, membership.document, last.change, keys.sign.publicKey, sign)
          const changes = [handle.saveSince(before)]
          const statement = await signing
          const calls = done.flatMap(({ job, committed }) =>
            job.call && committed ? [{ id: job.call, change: committed.change }] : [],
          )
          const written = document.append({ changes, statements: [statement], calls })
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
        await reload().catch(failed)
        for (const { job } of done) job.reject(error)
        continue
      }
      const touched = newTouched()
      for (const { committed } of done) if (committed) addTouched(touched, committed.touched)
      for (const { job, committed } of done) job.resolve(committed)
      if (last) {
        // Whoever waits for the answer hears it before others are told, and draw.
        for (let turn = 0; turn < ANSWER_TURNS; turn++) await undefined
        proof.written()
        listeners.changed(touched, true)
        refreshState()
        compactLater()
      }
      if (asking) await tell(asking.job, asking.lookups)
    }
  }

  const tell = async (job: Job, lookups: readonly Lookup[]): Promise<void> => {
    try {
      const answers = (await listeners.lookUp?.(lookups)) ?? answerLookups(document.space, lookups)
      job.answers = new Map([...job.answers, ...answers])
    } catch (error) {
      jobs = jobs.filter((each) => each !== job)
      job.reject(error)
    }
  }

  const reload = async (): Promise<void> => {
    await document.reload()
    stacks.clear()
    state.set(show())
    listeners.reloaded()
  }

  const enqueue = (run: Job['run'], call?: string): Promise<Committed | undefined> =>
    new Promise((resolve, reject) => {
      if (!document.arrived)
        return reject(new SpaceError('not-ready', 'This space is still arriving from another device. Try again when it is here.'))
      if (readOnly)
        return reject(new SpaceError('read-only', 'An archive is only looked at. Copy it to a new space to go on writing.'))
      jobs.push({ call, run, answers: new Map(), resolve, reject })
      pumping ??= Promise.resolve().then(pump)
    })

  /** Brings the document to the versions that this program knows, and names them in the log, together. @returns what that touched */
  const learnVersions = async (): Promise<Touched | undefined> => {
    if (!document.arrived) return undefined
    const { space } = document
    const { changes, entries, refused } = await missingMigrations(space, anchors, root, membership, keys)
    for (const version of refused)
      failed(
        new SpaceError('damaged', `The log of space ${id} names a change for the version ${version} that does not bring it.`),
      )
    if (changes.length + entries.length === 0) return undefined
    await store.append({ changes, statements: [], calls: [] }, entries)
    const touched = changes.length > 0 ? applyChanges(space, changes) : newTouched()
    document.recount()
    for (const entry of entries) log.set(entry.hash, entry)
    membership = readMembership(log, root)
    return touched
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
    const loaded = document.space
    for (const _ of warmUp(loaded)) {
      await turn()
      if (closed || document.space !== loaded) return
    }
  }
  const receive = takingIn({
    document,
    proof,
    listeners,
    someoneWaits: () => jobs.length > 0,
    writeWaiting,
    reload,
    refreshState,
    prepareForEdits: () => {
      prepareForEdits().catch(report)
    },
    async settled(first) {
      if (first) {
        const learnt = await learnVersions().catch((error: unknown) => void failed(error))
        if (learnt) {
          listeners.changed(learnt, true)
          listeners.logChanged()
        }
      }
      refreshState()
      compactLater()
    },
  })

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
    get statements() {
      return document.statements
    },
    reaches: document.reaches,
    get membership() {
      return membership
    },
    anchors,
    space: () => document.space,
    async commit(call, edits) {
      const known = document.answerTo(call)
      if (known !== undefined) return { change: known }
      const pieces = isLongText(document.space, edits) ? inPieces(edits) : [withIds(edits)]
      const steps: Step[] = []
      let change: string | undefined
      for (const [at, piece] of pieces.entries()) {
        const isLast = at === pieces.length - 1
        const committed = await enqueue(
          (space, answers) => {
            const done = commitEdits(space, piece, unixSeconds(), answers)
            if (done) steps.push(done.step)
            if (isLast && steps.length > 0) stacks.remember(steps)
            return done
          },
          isLast ? call : undefined,
        )
        change = committed?.change ?? change
      }
      return { change }
    },
    undo: () => stacks.undo(),
    redo: () => stacks.redo(),
    write: (work) => enqueue(work),
    remember(step) {
      stacks.remember([step])
      state.set(show())
    },
    get arrived() {
      return document.arrived
    },
    exclusive: (work) => serialise(() => work(receive, giveWay)),
    addEntries: (entries) =>
      serialise(async () => {
        // Only entries of this space, by devices that it lists or that these entries list: anybody can sign anything else.
        const signers = new Set([...membership.devices.keys(), ...entries.flatMap(listedIn)])
        const fresh = entries.filter(
          ({ hash, space, device }) => !log.has(hash) && space !== undefined && toHex(space) === root && signers.has(device),
        )
        if (log.size + fresh.length > LOG_LIMIT) {
          throw new SpaceError('too-many', `The log of a space holds at most ${LOG_LIMIT} entries; ${fresh.length} more came.`)
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
      endCompaction()
      proof.end()
      while (pumping) await pumping
      closeSpace(document.space)
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

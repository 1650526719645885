import { signer } from '../../bytes/ed25519.ts'
import { makeStatement } from '../../people/attestation.ts'
import type { DeviceKeys } from '../../people/device-keys.ts'
import type { EntryHash } from '../../people/entry.ts'
import { answerLookups } from '../../space/answer-lookups.ts'
import type { Edit } from '../../space/edits/edits.ts'
import { inPieces } from '../../space/edits/in-pieces.ts'
import { withIds } from '../../space/edits/with-ids.ts'
import { SpaceError } from '../../space/errors.ts'
import type { SpaceId } from '../../space/ids.ts'
import { everyTable } from '../../space/schema.ts'
import { applyChanges, type Committed, closeSpace, commitEdits, type Space } from '../../space/space.ts'
import type { Step } from '../../space/steps.ts'
import { newTouched, type Touched } from '../../space/touched.ts'
import { MIGRATIONS } from '../../space/versions/migrations.ts'
import { formatOf } from '../../space/versions/version.ts'
import { warmUp } from '../../space/warm-up.ts'
import type { CommitResult, OpenSpace } from '../api/engine.ts'
import { report } from '../api/report.ts'
import { subscribable } from '../api/subscribable.ts'
import { documentProof } from '../examine/document-proof.ts'
import { systemClock, unixSeconds } from '../scheduling/clock.ts'
import { turn } from '../scheduling/turn.ts'
import { applyRemoteChanges } from './apply-remote-changes.ts'
import { compaction } from './compaction.ts'
import { missingMigrations } from './missing-migrations.ts'
import { SpaceDocument } from './space-document.ts'
import { SpaceLog } from './space-log.ts'
import type { SessionListeners, SessionOptions, SpaceSession } from './space-session.ts'
import type { SpaceStore } from './space-store.ts'
import { undoStacks } from './undo-stacks.ts'
import { type Run, type WriteOptions, WriteQueue, type WrittenCall } from './write-queue.ts'

/** @throws {SpaceError} `damaged` when the stored log and document do not belong to the same space */
export const openSession = async (
  id: SpaceId,
  root: EntryHash,
  keys: DeviceKeys,
  store: SpaceStore,
  listeners: SessionListeners,
  { examine, prepare = () => undefined, clock = systemClock, migrations = MIGRATIONS, readOnly = false }: SessionOptions,
): Promise<SpaceSession> => {
  const failed = listeners.failed ?? report
  const log = new SpaceLog(id, root, await store.readLog())
  const sign = await signer(keys.sign)
  const device = keys.sign.publicKey
  const document = await SpaceDocument.load({ store, first: log.membership.first, device, knows: formatOf(migrations) })
  let closed = false

  const persist = async (before: readonly string[], newest: string, calls: readonly WrittenCall[]): Promise<void> => {
    // WebCrypto signs in another thread while this one encodes the changes.
    const signing = makeStatement(root, log.membership.document, newest, device, sign)
    const changes = [document.space.resident.handle.saveSince([...before])]
    await document.append({ changes, statements: [await signing], calls })
  }

  const restore = async (): Promise<void> => {
    await document.reload()
    stacks.clear()
    state.set(currentState())
    listeners.reloaded?.()
  }

  const queue = new WriteQueue({
    clock,
    space: () => document.space,
    persist,
    restore,
    written(touched) {
      proof.written()
      // Other devices are notified first, because sending takes longer than indexing.
      listeners.persisted?.()
      listeners.applied?.(touched)
      refreshState()
      compactLater()
    },
    lookUp: async (lookups) => (await listeners.lookUp?.(lookups)) ?? answerLookups(document.space, lookups),
    failed,
  })
  const exclusive = <T>(task: () => Promise<T>): Promise<T> => queue.exclusive(task)
  const proof = documentProof({
    clock,
    examine,
    handle: () => document.space.resident.handle,
    size: () => document.bytes.snapshot + document.bytes.later,
    exclusive,
    failed,
  })
  const {
    compact,
    compactLater,
    end: endCompaction,
  } = compaction({ id, document, clock, examine, unsound: () => proof.unsound, exclusive, failed })

  const write = async (run: Run, options?: WriteOptions): Promise<Committed | undefined> => {
    if (!document.arrived)
      throw new SpaceError('not-ready', 'This space is still arriving from another device. Try again when it is here.')
    if (readOnly) throw new SpaceError('read-only', 'An archive is read-only. Copy it to a new space to edit it.')
    return queue.write(run, options)
  }
  const stacks = undoStacks(
    (run) => write(run),
    () => state.set(currentState()),
  )
  const currentState = (): OpenSpace => ({
    ready: document.arrived,
    schema: document.space.schema,
    undo: stacks.undoName,
    redo: stacks.redoName,
  })
  const state = subscribable<OpenSpace>(currentState())
  /** Emits only when something differs: most edits do not change the state. */
  const refreshState = () => {
    const [before, next] = [state.value, currentState()]
    if (before.ready !== next.ready || before.schema !== next.schema || before.undo !== next.undo || before.redo !== next.redo)
      state.set(next)
  }

  /** Adds missing migrations to the document and the log. @returns what they touched */
  const migrate = async (): Promise<Touched | undefined> => {
    if (!document.arrived) return undefined
    const { space } = document
    const { changes, entries, refused } = await missingMigrations(space, migrations, root, log.membership, keys)
    for (const version of refused)
      failed(new SpaceError('damaged', `The log of space ${id} names a wrong migration change for the version ${version}.`))
    if (changes.length + entries.length === 0) return undefined
    await store.append({ changes, statements: [], calls: [] }, entries)
    const touched = changes.length > 0 ? applyChanges(space, changes) : newTouched()
    document.recount()
    log.add(entries)
    return touched
  }

  /** Warms up the caches of the loaded document in steps. Stops when another document replaces it. */
  const prepareForEdits = async (): Promise<void> => {
    const loaded = document.space
    for (const _ of warmUp(loaded)) {
      await turn()
      if (closed || document.space !== loaded) return
    }
  }

  const apply = applyRemoteChanges({
    document,
    proof,
    queue,
    applied: (touched) => listeners.applied?.(touched),
    persisted: () => listeners.persisted?.(),
    reloaded: () => listeners.reloaded?.(),
    restore,
    replaced() {
      refreshState()
      prepareForEdits().catch(report)
    },
    async finished(first) {
      const migrated = first ? await migrate().catch((error: unknown) => void failed(error)) : undefined
      if (migrated) {
        listeners.persisted?.()
        listeners.applied?.(migrated)
        listeners.logChanged?.()
      }
      refreshState()
      compactLater()
    },
  })

  prepareForEdits().catch(report)
  // A migration that fails is retried when the space is opened again. The space can be used without it.
  await migrate().catch(failed)
  refreshState()

  return {
    id,
    root,
    keys,
    examine,
    prepareToExamine: prepare,
    state,
    migrations,
    get log() {
      return log.entries
    },
    get membership() {
      return log.membership
    },
    get statements() {
      return document.statements
    },
    get actorClocks() {
      return document.actorClocks
    },
    get arrived() {
      return document.arrived
    },
    space: () => document.space,
    async commit(call, edits, answer) {
      const known = document.answerTo(call)
      if (known !== undefined) return { change: known }
      const pieces = isLongText(document.space, edits) ? inPieces(edits) : [withIds(edits)]
      const steps: Step[] = []
      let change: string | undefined
      for (const [at, piece] of pieces.entries()) {
        const isLast = at === pieces.length - 1
        const run: Run = (space, answers) => {
          const done = commitEdits(space, piece, unixSeconds(), answers)
          if (done) steps.push(done.step)
          if (isLast && steps.length > 0) stacks.remember(steps)
          return done
        }
        const former = change
        const result = (committed: Committed | undefined): CommitResult => ({ change: committed?.change ?? former })
        const committed = await write(run, isLast ? { call, answer: answer && ((done) => answer(result(done))) } : {})
        change = result(committed).change
      }
      return { change }
    },
    undo: () => stacks.undo(),
    redo: () => stacks.redo(),
    write: (run) => write(run),
    remember(step) {
      stacks.remember([step])
      state.set(currentState())
    },
    exclusive: (work) => exclusive(() => work(apply, () => queue.yieldToWrites())),
    addEntries: (entries) =>
      exclusive(async () => {
        const fresh = log.acceptable(entries)
        if (fresh.length === 0) return
        await store.appendLog(fresh)
        log.add(fresh)
        listeners.logChanged?.()
      }),
    compactWhenWorth: () => exclusive(compact),
    async close() {
      closed = true
      endCompaction()
      proof.end()
      await queue.idle()
      closeSpace(document.space)
    },
  }
}

/** Whether the edits write one long text: the only transaction that may be split into several changes. */
const isLongText = (space: Space, [edit, another]: readonly Edit[]): boolean => {
  if (!edit || another || (edit.do !== 'set' && edit.do !== 'splice')) return false
  const fields = everyTable(space.schema).flatMap(({ fields }) => fields)
  return fields.some(({ id, name, type }) => type === 'long-text' && (id === edit.field || name === edit.field))
}

import type { DeviceKeys } from '../../people/device-keys.ts'
import type { Entry, EntryHash } from '../../people/entry.ts'
import type { Membership } from '../../people/membership.ts'
import type { Edit } from '../../space/edits/edits.ts'
import type { SpaceId } from '../../space/ids.ts'
import type { Answers, Lookup } from '../../space/lookups.ts'
import type { Committed, Space } from '../../space/space.ts'
import type { Step } from '../../space/steps.ts'
import type { Touched } from '../../space/touched.ts'
import type { Migration } from '../../space/versions/migrations.ts'
import type { ActorClock } from '../../sync/gate/ports.ts'
import type { CommitResult, OpenSpace, UndoResult } from '../api/engine.ts'
import type { Subscribable } from '../api/subscribable.ts'
import type { Examine } from '../examine/examination.ts'
import type { Clock } from '../scheduling/clock.ts'
import type { ApplyRemoteChanges } from './apply-remote-changes.ts'
import type { Statements } from './kept-statements.ts'
import type { Run } from './write-queue.ts'

/** An open space: its document, its log and its write queue. */
export interface SpaceSession {
  readonly id: SpaceId
  readonly root: EntryHash
  readonly keys: DeviceKeys
  /** Validates untrusted documents in a disposable worker. */
  readonly examine: Examine
  /** Starts a disposable worker in advance, when a document is expected soon. */
  prepareToExamine(): void
  readonly state: Subscribable<OpenSpace>
  readonly log: ReadonlyMap<EntryHash, Entry>
  readonly membership: Membership
  /** Format versions that this program knows. */
  readonly migrations: readonly Migration[]
  readonly statements: Statements
  /** The last change and operation of each actor in the document. */
  readonly actorClocks: ReadonlyMap<string, ActorClock>
  space(): Space
  /**
   * Resolves when the edits are on disk.
   * @param call the id of the call; a repeated call is answered without executing it again
   * @param answer called with the result before listeners are notified, so that the caller does not wait for them
   */
  commit(call: string, edits: readonly Edit[], answer?: (result: CommitResult) => void): Promise<CommitResult>
  undo(): Promise<UndoResult>
  redo(): Promise<UndoResult>
  /** Applies one change from the queue, such as a batch of an import; resolves when it is on disk. */
  write(run: Run): Promise<Committed | undefined>
  /** Adds a step to the undo stack. */
  remember(step: Step): void
  /** Whether the document has arrived from another device; until then nothing can be written. */
  readonly arrived: boolean
  /**
   * Runs `work` while nothing else is written; the document is as on disk.
   * @param work receives a function that applies remote changes. Long work calls `yieldToWrites` regularly: it handles other events
   *   and writes waiting commits
   */
  exclusive<T>(work: (apply: ApplyRemoteChanges, yieldToWrites: () => Promise<void>) => Promise<T>): Promise<T>
  addEntries(entries: readonly Entry[]): Promise<void>
  /** Compacts the stored document if it has grown enough. */
  compactWhenWorth(): Promise<void>
  /** Resolves when everything that waits is written. */
  close(): Promise<void>
}

export interface SessionOptions {
  readonly examine: Examine
  readonly prepare?: () => void
  readonly clock?: Clock
  /** Format versions that this program knows, oldest first; `MIGRATIONS` by default. */
  readonly migrations?: readonly Migration[]
  /** The space is an archive. */
  readonly readOnly?: boolean
}

/** Notifications of a session, and the lookups that it requests. */
export interface SessionListeners {
  /**
   * The document has changed. Local changes are already on disk. Remote changes are not: `persisted` follows, or `reloaded` when
   * storing them fails.
   */
  applied?(touched: Touched): void
  /** All applied changes are on disk. For local changes this precedes `applied`. */
  persisted?(): void
  /** The document was loaded again or replaced: any part of it may differ. */
  reloaded?(): void
  logChanged?(): void
  /** Answers lookups of commits from the index. When undefined, they are read from the document. */
  lookUp?(lookups: readonly Lookup[]): Promise<Answers | undefined>
  /** Receives errors that no caller waits for; logged by default. */
  failed?(error: unknown): void
}

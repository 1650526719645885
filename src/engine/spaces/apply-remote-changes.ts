import type { Statement } from '../../people/attestation.ts'
import type { Resident } from '../../space/automerge.ts'
import { loadChanges, touchedByLoaded } from '../../space/space.ts'
import { addPatches, newTouched, type Touched } from '../../space/touched.ts'
import type { ActorClock } from '../../sync/gate/ports.ts'
import type { DocumentProof } from '../examine/document-proof.ts'
import { turn } from '../scheduling/turn.ts'
import type { SpaceDocument } from './space-document.ts'
import type { WriteQueue } from './write-queue.ts'

/** Above this many missed changes the index reads the whole document again: a diff would take longer. */
const DIFF_LIMIT = 5_000

/** The number of remote changes that are applied before the event loop gets a turn: a few milliseconds. */
const SLICE = 50

/** The maximum number of remote changes in one vault write. */
const BATCH = 2_000

/** Validated changes from another device. */
export interface RemoteChanges {
  /** The device that sent them. */
  readonly from: string
  readonly changes: readonly Uint8Array[]
  readonly statements: readonly Statement[]
  /** The last change and operation of each of their actors. */
  readonly actorClocks: ReadonlyMap<string, ActorClock>
  /** A loaded document that contains these changes and all of ours. It replaces our document; the caller must not free it. */
  readonly loaded?: Resident
}

/** Resolves when the changes are on disk. */
export type ApplyRemoteChanges = (received: RemoteChanges) => Promise<void>

export interface ApplyRemoteDeps {
  readonly document: SpaceDocument
  readonly proof: DocumentProof
  readonly queue: WriteQueue
  readonly applied: (touched: Touched) => void
  readonly persisted: () => void
  /** Called instead of `applied` when any part of the content may have changed. */
  readonly reloaded: () => void
  /** Reads the document from disk again, after a failed write. */
  readonly restore: () => Promise<void>
  /** Another document replaced the one in memory. */
  readonly replaced: () => void
  /** Called when all changes are on disk. @param first whether the document arrived with these changes */
  readonly finished: (first: boolean) => Promise<void>
}

/** Applies remote changes to a document. The result may only be called from an exclusive task of the queue. */
export const applyRemoteChanges = ({
  document,
  proof,
  queue,
  applied,
  persisted,
  reloaded,
  restore,
  replaced,
  finished,
}: ApplyRemoteDeps): ApplyRemoteChanges => {
  /** Replaces our document with one that contains it. After many missed changes this is faster than applying each change. */
  const replaceBy = async ({ from, statements, actorClocks }: RemoteChanges, loaded: Resident): Promise<void> => {
    const known = document.space.resident.handle.getHeads()
    const missed = loaded.handle.getChangesMeta(known).map(({ hash }) => hash)
    await document.replace(loaded, statements)
    document.advance(actorClocks)
    proof.received(from, missed)
    replaced()
    if (missed.length > DIFF_LIMIT) reloaded()
    else {
      const touched = newTouched()
      addPatches(touched, loaded.handle.diff([...known], loaded.handle.getHeads()))
      applied(touched)
    }
    persisted()
  }

  /** The document has no readable content until the first change of the space has arrived. */
  const applyFirst = (changes: readonly Uint8Array[], loaded: Resident | undefined): Touched =>
    document.takeFirst(changes, loaded) ? { ...newTouched(), schema: true } : newTouched()

  /**
   * Applies and stores a batch of changes in causal order.
   * @returns the number of applied changes: fewer than all as soon as a commit waits
   */
  const applyBatch = async (
    changes: readonly Uint8Array[],
    statements: readonly Statement[],
    loaded: Resident | undefined,
  ): Promise<number> => {
    let count = 0
    try {
      if (document.arrived) {
        do {
          if (count > 0) await turn()
          loadChanges(document.space, changes.slice(count, count + SLICE))
          count += SLICE
        } while (count < changes.length && !queue.hasCommits)
        applied(touchedByLoaded(document.space))
      } else {
        count = SLICE
        applied(applyFirst(changes.slice(0, count), loaded))
      }
      await document.append({ changes: changes.slice(0, count), statements, calls: [] })
    } catch (error) {
      await restore()
      throw error
    }
    persisted()
    return count
  }

  return async (received) => {
    const { from, changes, statements, actorClocks, loaded } = received
    if (document.arrived && loaded) return replaceBy(received, loaded)
    if (changes.length === 0) return document.append({ changes, statements, calls: [] })
    const first = !document.arrived
    const before = document.space.resident.handle.getHeads()
    for (let at = 0; at < changes.length; ) {
      // A commit waits for at most one batch.
      if (at > 0) await queue.writeWaiting()
      at += await applyBatch(changes.slice(at, at + BATCH), statements, loaded)
    }
    document.advance(actorClocks)
    proof.received(
      from,
      document.space.resident.handle.getChangesMeta(before).map(({ hash }) => hash),
    )
    await finished(first)
  }
}

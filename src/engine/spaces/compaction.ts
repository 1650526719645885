import { SpaceError } from '../../space/errors.ts'
import type { SpaceId } from '../../space/ids.ts'
import { sameHeads } from '../examine/document-proof.ts'
import type { Examine } from '../examine/examination.ts'
import type { Clock } from '../scheduling/clock.ts'
import type { SpaceDocument } from './space-document.ts'

/** Compaction is worthwhile when the bytes after the snapshot reach this number and the size of the snapshot. */
const COMPACT_BYTES = 1_000_000

/** Milliseconds without a write before compaction starts. */
const IDLE = 5_000

/** Replaces the stored snapshot and the parts after it with a new snapshot, when that is worthwhile. */
export interface Compaction {
  /** Must be called from an exclusive task. @throws {SpaceError} `damaged` when the new snapshot cannot be loaded */
  compact(): Promise<void>
  /** Schedules compaction for an idle moment: it delays edits by the time that loading the document takes. */
  compactLater(): void
  end(): void
}

export interface CompactionDeps {
  readonly id: SpaceId
  readonly document: SpaceDocument
  readonly clock: Clock
  readonly examine: Examine
  /** Whether the document in memory could not be loaded after saving it. */
  readonly unsound: () => boolean
  /** Runs `work` while nothing else is written. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>
  readonly failed: (error: unknown) => void
}

export const compaction = ({ id, document, clock, examine, unsound, exclusive, failed }: CompactionDeps): Compaction => {
  let idle: (() => void) | undefined
  let ended = false

  const isWorth = (): boolean => document.bytes.later >= COMPACT_BYTES && document.bytes.later >= document.bytes.snapshot

  const compact = async (): Promise<void> => {
    if (!document.arrived || unsound() || !isWorth()) return
    const { handle } = document.space.resident
    const snapshot = handle.save()
    const heads = await examine('loads', { bytes: snapshot })
    if (!heads || !sameHeads(heads, handle.getHeads()))
      throw new SpaceError(
        'damaged',
        `A new snapshot of space ${id} does not open with the same heads. The stored parts are kept.`,
      )
    await document.compact(snapshot)
  }

  return {
    compact,
    compactLater() {
      idle?.()
      idle = undefined
      if (ended || !isWorth()) return
      idle = clock.after(IDLE, () => {
        exclusive(compact).catch(failed)
      })
    },
    end() {
      ended = true
      idle?.()
    },
  }
}

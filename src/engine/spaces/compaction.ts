import { SpaceError } from '../../space/errors.ts'
import type { SpaceId } from '../../space/ids.ts'
import { sameHeads } from '../examine/document-proof.ts'
import type { Examine } from '../examine/examination.ts'
import type { Clock } from '../scheduling/clock.ts'
import type { SpaceDocument } from './space-document.ts'

/** Compaction is worth it when at least this many bytes follow the snapshot, and at least as many as it has. */
const COMPACT_BYTES = 1_000_000

/** Milliseconds without a write before compaction. */
const IDLE = 5_000

/** Replaces the stored snapshot and the parts after it by a new snapshot, when that is worth it. */
export interface Compaction {
  /** Only from an exclusive task. @throws {SpaceError} `damaged` when the snapshot would not open again */
  compact(): Promise<void>
  /** After a while without writes: compaction delays edits for as long as loading takes. */
  compactLater(): void
  end(): void
}

export interface CompactionDeps {
  readonly id: SpaceId
  readonly document: SpaceDocument
  readonly clock: Clock
  readonly examine: Examine
  /** Whether the document in memory would not open again. */
  readonly unsound: () => boolean
  /** Runs `work` while nothing is being written. */
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

import { SpaceError } from '../../space/errors.ts'
import type { SpaceId } from '../../space/ids.ts'
import { sameHeads } from '../examine/document-proof.ts'
import type { Examine } from '../examine/examination.ts'
import type { Clock } from '../scheduling/clock.ts'
import type { SpaceDocument } from './space-document.ts'

/** Bytes after the snapshot from which on they are folded into a new one; and never before they are as many as it has. */
const COMPACT_BYTES = 1_000_000

/** Milliseconds without a write after which they are folded. */
const IDLE = 5_000

/** Folds what was written since the last snapshot into a new one, when that is worth it. */
export interface Compaction {
  /** At once; only while nothing is being written. @throws {SpaceError} `damaged` when the snapshot would not open again */
  compact(): Promise<void>
  /** Once nothing was written for a while: it keeps others waiting for as long as loading takes. */
  compactLater(): void
  end(): void
}

export interface CompactionDeps {
  readonly id: SpaceId
  readonly document: SpaceDocument
  readonly clock: Clock
  readonly examine: Examine
  /** Whether what is in memory would not open again. */
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
      throw new SpaceError('damaged', `The snapshot of space ${id} does not show the same heads; its parts are kept.`)
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

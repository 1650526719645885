import type { Handle } from '../../space/automerge.ts'
import { SpaceError } from '../../space/errors.ts'
import type { Clock } from '../scheduling/clock.ts'
import type { Examine } from './examination.ts'

/** Milliseconds without changes before a document is checked, so that no check runs during a first sync. */
const QUIET = 5_000
/** Milliseconds after which a small document is checked even if changes keep arriving. */
const LONGEST = 30_000
/** Bytes on disk that make a document large. Saving it delays edits, so it is saved only while nobody writes. */
const LARGE = 500_000

/**
 * Checks that a document can still be loaded after remote changes: saves it, and loads it in a disposable worker. The gate should
 * reject any change that breaks a document; this finds changes that it missed.
 */
export interface DocumentProof {
  /** Remote changes were applied. */
  received(from: string, changes: readonly string[]): void
  /** A local change was written: delays the check of a large document. */
  written(): void
  /** The document in memory could not be loaded after saving it; it must not replace the stored one. */
  readonly unsound: boolean
  end(): void
}

export interface ProofDeps {
  readonly clock: Clock
  readonly examine: Examine
  readonly handle: () => Handle
  /** Approximate bytes of the document on disk. */
  readonly size: () => number
  /** Runs `work` while nothing else is written. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>
  readonly failed: (error: unknown) => void
}

export const documentProof = ({ clock, examine, handle, size, exclusive, failed }: ProofDeps): DocumentProof => {
  /** Changes since the last check, and which device sent them. */
  let suspects: ReadonlyMap<string, string> = new Map()
  let since = 0
  let cancel: (() => void) | undefined
  let running = false
  let unsound = false
  let ended = false

  const plan = () => {
    cancel?.()
    cancel = undefined
    if (ended || running || unsound || suspects.size === 0) return
    const wait = size() < LARGE ? Math.max(0, Math.min(QUIET, since + LONGEST - clock.now())) : QUIET
    cancel = clock.after(wait, () => {
      prove().catch(failed)
    })
  }

  const prove = async (): Promise<void> => {
    running = true
    try {
      const asked = await exclusive(async () => ({ bytes: handle().save(), heads: handle().getHeads(), suspects }))
      const heads = await examine('loads', { bytes: asked.bytes })
      if (ended) return
      if (!heads || !sameHeads(heads, asked.heads)) {
        unsound = true
        return failed(await blame(asked.suspects))
      }
      suspects = new Map([...suspects].filter(([change]) => !asked.suspects.has(change)))
      since = clock.now()
    } finally {
      running = false
    }
    plan()
  }

  const blame = async (asked: ReadonlyMap<string, string>): Promise<SpaceError> => {
    const changes = await exclusive(async () => {
      const bytes = handle().getChanges([])
      return handle()
        .getChangesMeta([])
        .flatMap(({ hash }, index): [string, Uint8Array][] => {
          const change = bytes[index]
          return change ? [[hash, change]] : []
        })
    })
    const change = await examine('blame', { changes, suspects: [...asked.keys()] })
    const what =
      change === undefined
        ? 'one of the last received changes'
        : `the change ${change}, which the device ${asked.get(change)?.slice(0, 8)} sent`
    return new SpaceError('damaged', `The document of this space can no longer be loaded since ${what}. The stored copy is kept.`)
  }

  return {
    received(from, changes) {
      if (changes.length === 0) return
      if (suspects.size === 0) since = clock.now()
      suspects = new Map([...suspects, ...changes.map((change) => [change, from] as const)])
      plan()
    },
    written() {
      if (cancel && size() >= LARGE) plan()
    },
    get unsound() {
      return unsound
    },
    end() {
      ended = true
      cancel?.()
    },
  }
}

/** Compares heads, ignoring their order. */
export const sameHeads = (one: readonly string[], other: readonly string[]): boolean =>
  [...one].sort().join() === [...other].sort().join()

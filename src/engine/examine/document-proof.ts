import type { Handle } from '../../space/automerge.ts'
import { SpaceError } from '../../space/errors.ts'
import type { Clock } from '../scheduling/clock.ts'
import type { Examine } from './examination.ts'

/** Milliseconds without changes after which a document is looked at: never while much else is done, such as a first sync. */
const QUIET = 5_000
/** Milliseconds after which one is looked at though more come. */
const LONGEST = 30_000
/** Bytes on disk from which on a document is large: to save it keeps edits waiting, so it is done while nobody writes. */
const LARGE = 500_000

/**
 * Makes sure that a document still opens after changes of others: it is saved, and loaded in a thread that is thrown away. The
 * gate ought to have refused whatever breaks it; this finds what the gate does not know of.
 */
export interface DocumentProof {
  /** Changes came in, which a neighbour brought. */
  received(from: string, changes: readonly string[]): void
  /** Something was written here: a large document is left alone for a while longer. */
  written(): void
  /** What is in memory would not open again; what is on disk is not to be replaced by it. */
  readonly unsound: boolean
  end(): void
}

export interface ProofDeps {
  readonly clock: Clock
  readonly examine: Examine
  readonly handle: () => Handle
  /** Bytes of the document on disk, about. */
  readonly size: () => number
  /** Runs `work` while nothing is being written. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>
  readonly failed: (error: unknown) => void
}

export const documentProof = ({ clock, examine, handle, size, exclusive, failed }: ProofDeps): DocumentProof => {
  /** Changes since the last proof, and who brought them. */
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
        ? 'one of the changes that came last'
        : `the change ${change}, which the device ${asked.get(change)?.slice(0, 8)} brought`
    return new SpaceError('damaged', `This space would not open again since ${what}. What is on disk is kept as it was.`)
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

/** Whether two documents show the same heads, in whatever order. */
export const sameHeads = (one: readonly string[], other: readonly string[]): boolean =>
  [...one].sort().join() === [...other].sort().join()

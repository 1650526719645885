import type { ChangeMetadata, Handle, Hash, Resident } from '../../space/automerge.ts'
import { type Ancestry, ancestryOver } from './ancestry.ts'

/** The ancestry of the changes of a document. */
export interface KnownAncestry {
  readonly ancestry: Ancestry<string>
  /** The number of a change; undefined if the document lacks it or it was added later. */
  numberOf(hash: Hash): number | undefined
  /** Changes added to the document since the last call, in topological order. */
  since(): readonly ChangeMetadata[]
}

interface Followed {
  readonly ancestry: Ancestry<string>
  heads: readonly Hash[]
  /** Runs are queued, because two concurrent ones would number the same changes. */
  last: Promise<unknown>
}

const followed = new WeakMap<Handle, Followed>()

/** Changes that are numbered before yielding: a few milliseconds. */
const BATCH_SIZE = 2_000

/**
 * Returns the ancestry of the current changes of a document. It is computed once; later calls add new changes only.
 * @param resident the current document; a reload replaces it
 * @param giveWay called every few milliseconds
 */
export const ancestryIn = async (resident: () => Resident, giveWay: () => Promise<void>): Promise<KnownAncestry> => {
  for (;;) {
    const { handle } = resident()
    const known: Followed = followed.get(handle) ?? { ancestry: ancestryOver(), heads: [], last: Promise.resolve() }
    followed.set(handle, known)
    const isHere = () => resident().handle === handle
    const next = known.last.then(() => isHere() && follow(known, handle, isHere, giveWay))
    known.last = next.catch(() => undefined)
    if ((await next) && isHere()) return knownAncestry(known, resident)
  }
}

const numberIn = ({ ancestry }: Followed, handle: Handle, hash: Hash): number | undefined => {
  const meta = handle.getChangeMetaByHash(hash) ?? undefined
  return meta && ancestry.of(meta.actor)[meta.seq - 1]
}

/** @returns false if the document was replaced in the meantime */
const follow = async (known: Followed, handle: Handle, isHere: () => boolean, giveWay: () => Promise<void>): Promise<boolean> => {
  const heads = handle.getHeads()
  const changes = handle.getChangesMeta([...known.heads])
  const added = new Map<Hash, number>()
  for (const [at, { hash, actor, startOp, maxOp, deps }] of changes.entries()) {
    if (at % BATCH_SIZE === BATCH_SIZE - 1) {
      await giveWay()
      if (!isHere()) return false
    }
    const parents = deps.map((each) => added.get(each) ?? numberIn(known, handle, each) ?? 0)
    added.set(hash, known.ancestry.size)
    known.ancestry.add({ actor, first: startOp, last: maxOp, parents })
  }
  known.heads = heads
  return true
}

const knownAncestry = (known: Followed, resident: () => Resident): KnownAncestry => {
  const { ancestry } = known
  const { size } = ancestry
  const numberOf = (hash: Hash): number | undefined => {
    const number = numberIn(known, resident().handle, hash)
    return number !== undefined && number < size ? number : undefined
  }
  let { handle } = resident()
  let seen = known.heads
  return {
    ancestry,
    numberOf,
    since() {
      const now = resident().handle
      const heads = now.getHeads()
      // A reloaded document may lack `seen` changes, so compare all its changes.
      const changes =
        now === handle ? now.getChangesMeta([...seen]) : now.getChangesMeta([]).filter(({ hash }) => numberOf(hash) === undefined)
      handle = now
      seen = heads
      return changes
    },
  }
}

/** The ancestry of an empty document. */
export const NO_ANCESTRY: KnownAncestry = { ancestry: ancestryOver(), numberOf: () => undefined, since: () => [] }

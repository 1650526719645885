import type { ChangeMetadata, Handle, Hash, Resident } from '../../space/automerge.ts'
import { type Ancestry, ancestryOver } from './ancestry.ts'

/** The ancestry of what is in a document. */
export interface KnownAncestry {
  readonly ancestry: Ancestry<string>
  /** The number of a change; undefined for one that is not there, or came since. */
  numberOf(hash: Hash): number | undefined
  /** What came into the document since this was last asked, each change behind those it builds on. */
  since(): readonly ChangeMetadata[]
}

interface Followed {
  readonly ancestry: Ancestry<string>
  heads: readonly Hash[]
  /** One after the other, or both would number the same. */
  last: Promise<unknown>
}

const followed = new WeakMap<Handle, Followed>()

/** Changes that are numbered before others have their turn: some milliseconds. */
const AT_ONCE = 2_000

/**
 * The ancestry of the changes that are in a document now: looked through once, and from then on only what is new.
 * @param resident the document as it is now; it may be another one after a reload
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

/** @returns false when another document took the place of this one meanwhile */
const follow = async (known: Followed, handle: Handle, isHere: () => boolean, giveWay: () => Promise<void>): Promise<boolean> => {
  const heads = handle.getHeads()
  const changes = handle.getChangesMeta([...known.heads])
  const added = new Map<Hash, number>()
  for (const [at, { hash, actor, startOp, maxOp, deps }] of changes.entries()) {
    if (at % AT_ONCE === AT_ONCE - 1) {
      await giveWay()
      if (!isHere()) return false
    }
    const on = deps.map((each) => added.get(each) ?? numberIn(known, handle, each) ?? 0)
    added.set(hash, known.ancestry.size)
    known.ancestry.add({ actor, first: startOp, last: maxOp, on })
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
      // One that was read again may lack what the other had.
      const changes =
        now === handle ? now.getChangesMeta([...seen]) : now.getChangesMeta([]).filter(({ hash }) => numberOf(hash) === undefined)
      handle = now
      seen = heads
      return changes
    },
  }
}

/** Those of an empty document. */
export const NO_ANCESTRY: KnownAncestry = { ancestry: ancestryOver(), numberOf: () => undefined, since: () => [] }

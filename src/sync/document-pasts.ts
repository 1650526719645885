import type { ChangeMetadata, Handle, Hash, Resident } from '../space/automerge.ts'
import { type Pasts, pastsOver } from './pasts.ts'

/** The pasts of what is in a document. */
export interface KnownPasts {
  readonly pasts: Pasts<string>
  /** The number of a change; undefined for one that is not there, or came since. */
  numberOf(hash: Hash): number | undefined
  /** What came into the document since this was last asked, each change behind those it builds on. */
  since(): readonly ChangeMetadata[]
}

interface Followed {
  readonly pasts: Pasts<string>
  heads: Hash[]
}

const followed = new WeakMap<Handle, Followed>()

/** The pasts of the changes that are in a document now: looked through once, and from then on only what is new. */
export const pastsIn = ({ handle }: Resident): KnownPasts => {
  const known = followed.get(handle) ?? { pasts: pastsOver<string>(), heads: [] }
  followed.set(handle, known)
  const { pasts } = known
  const numberOf = (hash: Hash): number | undefined => {
    const meta = handle.getChangeMetaByHash(hash) ?? undefined
    return meta && pasts.of(meta.actor)[meta.seq - 1]
  }
  const heads = handle.getHeads()
  const added = new Map<Hash, number>()
  for (const { hash, actor, startOp, maxOp, deps } of handle.getChangesMeta(known.heads)) {
    const on = deps.map((each) => added.get(each) ?? numberOf(each) ?? 0)
    added.set(hash, pasts.size)
    pasts.add({ actor, first: startOp, last: maxOp, on })
  }
  known.heads = heads
  const { size } = pasts
  let seen = heads
  return {
    pasts,
    numberOf(hash) {
      const number = numberOf(hash)
      return number !== undefined && number < size ? number : undefined
    },
    since() {
      const now = handle.getHeads()
      if (now.join() === seen.join()) return []
      const changes = handle.getChangesMeta(seen)
      seen = now
      return changes
    },
  }
}

/** Those of an empty document. */
export const NO_PASTS: KnownPasts = { pasts: pastsOver(), numberOf: () => undefined, since: () => [] }

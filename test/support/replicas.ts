import { randomBytes, toHex } from '../../src/bytes/encoding.ts'
import type { Hash } from '../../src/space/automerge.ts'
import { applyChanges, openSpace, type Space } from '../../src/space/space.ts'

export const NOW = 1_780_000_000

export const anActor = (): string => toHex(randomBytes(24))

/** The same document on another device. */
export const twin = (space: Space, first: Hash): Space => openSpace([space.resident.handle.save()], first, anActor())

/** Applies the changes to `to` that `from` has and `to` lacks. */
export const deliver = (from: Space, to: Space): void => {
  const [theirs, mine] = [from.resident.handle, to.resident.handle]
  applyChanges(to, theirs.getChanges(mine.getHeads().filter((head) => theirs.getChangeMetaByHash(head))))
}

/** Exchanges changes in both directions. */
export const meet = (one: Space, other: Space): void => {
  deliver(one, other)
  deliver(other, one)
}

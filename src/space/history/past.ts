import { concatAll } from '../../bytes/encoding.ts'
import { type Actor, type Handle, type Hash, newResident } from '../automerge.ts'
import { adoptSpace, type Space } from '../space.ts'

/**
 * The changes that make up a document as it was at a time: the largest set of those claimed to be of then or before that holds
 * with each one all it depends on.
 * @param time seconds since 1970
 * @returns hashes, each after those it depends on
 */
export const changesUntil = (handle: Handle, time: number): Hash[] => {
  const taken = new Set<Hash>()
  for (const { hash, time: at, deps } of handle.getChangesMeta([]))
    if (at <= time && deps.every((dependency) => taken.has(dependency))) taken.add(hash)
  return [...taken]
}

/** The changes that some heads stand on, themselves among them. */
export const changesBelow = (handle: Handle, heads: readonly Hash[]): Hash[] => {
  const wanted = new Set(heads)
  const metas = handle.getChangesMeta([])
  for (const { hash, deps } of metas.toReversed()) if (wanted.has(hash)) for (const dependency of deps) wanted.add(dependency)
  return metas.filter(({ hash }) => wanted.has(hash)).map(({ hash }) => hash)
}

/**
 * A space as it was with these changes alone: a document of its own, to be read and closed.
 * @param hashes in an order in which each comes after those it depends on
 * @param first the hash of the space's first change
 * @param actor any; nothing is written
 * @throws {SpaceError} `damaged` when the first change is not among them
 */
export const pastSpace = (space: Space, hashes: readonly Hash[], first: Hash, actor: Actor): Space => {
  const { handle } = space.resident
  const resident = newResident(actor)
  const wanted = new Set(hashes)
  const all = handle.getChangesMeta([])
  if (wanted.size === all.length) resident.handle.loadIncremental(handle.save())
  else {
    // One by one in order: together they are one load.
    const bytes = handle.getChanges([]).filter((_, index) => wanted.has(all[index]?.hash ?? ''))
    resident.handle.loadIncremental(concatAll(bytes))
  }
  return adoptSpace(resident, first, space.knows)
}

/** A past state's changes by what it is asked for: a time, or heads. */
export type When = { readonly time: number } | { readonly heads: readonly Hash[] }

export const changesAt = (handle: Handle, when: When): Hash[] =>
  'time' in when ? changesUntil(handle, when.time) : changesBelow(handle, when.heads)

import { concatAll } from '../../bytes/encoding.ts'
import { type Actor, type Handle, type Hash, newResident } from '../automerge.ts'
import { adoptSpace, type Space } from '../space.ts'

/**
 * The changes of a document as of a time: the largest causally closed set of changes whose claimed time is not later.
 * @param time seconds since 1970
 * @returns hashes in causal order
 */
export const changesUntil = (handle: Handle, time: number): Hash[] => {
  const taken = new Set<Hash>()
  for (const { hash, time: at, deps } of handle.getChangesMeta([]))
    if (at <= time && deps.every((dependency) => taken.has(dependency))) taken.add(hash)
  return [...taken]
}

/** The changes that are heads, or ancestors of heads. */
export const changesBelow = (handle: Handle, heads: readonly Hash[]): Hash[] => {
  const wanted = new Set(heads)
  const metas = handle.getChangesMeta([])
  for (const { hash, deps } of metas.toReversed()) if (wanted.has(hash)) for (const dependency of deps) wanted.add(dependency)
  return metas.filter(({ hash }) => wanted.has(hash)).map(({ hash }) => hash)
}

/**
 * A space with only these changes, as a separate document to read from; close it afterwards.
 * @param hashes in causal order
 * @param first the hash of the space's first change
 * @param actor any actor; nothing is written
 * @throws {SpaceError} `damaged` if the first change is not among them
 */
export const pastSpace = (space: Space, hashes: readonly Hash[], first: Hash, actor: Actor): Space => {
  const { handle } = space.resident
  const resident = newResident(actor)
  const wanted = new Set(hashes)
  const all = handle.getChangesMeta([])
  if (wanted.size === all.length) resident.handle.loadIncremental(handle.save())
  else {
    // Changes in causal order are loaded in one call.
    const bytes = handle.getChanges([]).filter((_, index) => wanted.has(all[index]?.hash ?? ''))
    resident.handle.loadIncremental(concatAll(bytes))
  }
  return adoptSpace(resident, first, space.knows)
}

/** Selects a past state: by time or by heads. */
export type When = { readonly time: number } | { readonly heads: readonly Hash[] }

export const changesAt = (handle: Handle, when: When): Hash[] =>
  'time' in when ? changesUntil(handle, when.time) : changesBelow(handle, when.heads)

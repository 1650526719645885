import { lastNotAbove } from './last-not-above.ts'

/** A numbered change with a compact description of its ancestors. */
interface Entry {
  /** Counters of its first and last operation. An empty change has `last` of its ancestors. */
  readonly first: number
  readonly last: number
  /** Number of the first change of its line: a chain of changes, each of which depends on the previous one. */
  readonly line: number
  /** All changes with a smaller number are ancestors of this change, or this change itself. */
  readonly prefix: number
  /** Further ancestors: the last change of each other line. Undefined if storing it would use too much memory. */
  readonly branches: ReadonlyMap<number, number> | undefined
  /** Its parents, if `branches` is undefined. */
  readonly parents: readonly number[]
}

/** A change to number, with the numbers of its parents. */
export interface Numbered<Actor> {
  readonly actor: Actor
  readonly first: number
  readonly last: number
  readonly parents: readonly number[]
}

/**
 * Answers whether one change is an ancestor of another. Each change has a number greater than those of its parents. Nearly always
 * all earlier changes are ancestors. An entry therefore stores the length of that prefix, and the last change of each line that
 * was written concurrently. The number of these lines is the number of devices that write concurrently.
 */
export interface Ancestry<Actor> {
  readonly size: number
  /**
   * Assigns the next number to a change.
   * @returns whether the previous change of its actor is an ancestor
   */
  add(change: Numbered<Actor>): boolean
  /** Whether a change is an ancestor of another one, or the same change. */
  isIn(earlier: number, later: number): boolean
  /** The change that contains an operation. */
  find(actor: Actor, counter: number): number | undefined
  /** The changes of an actor, in order. */
  of(actor: Actor): readonly number[]
  /** Returns a change by its number. @throws {RangeError} if it does not exist */
  at(number: number): Entry
  /** The next change of the same line, if there is one. */
  next(number: number): number | undefined
}

/** Maximum number of stored `branches` entries, about 40 bytes each. Beyond it, ancestors are searched change by change. */
const MAX_BRANCHES = 1_000_000

const NO_BRANCHES: ReadonlyMap<never, number> = new Map<never, number>()
const NONE: readonly number[] = []

/** @param base changes that are numbered already. Changes added to it later are ignored. */
export const ancestryOver = <Actor>(base?: Ancestry<Actor>): Ancestry<Actor> => {
  const below = base?.size ?? 0
  const entries: Entry[] = []
  const following = new Map<number, number>()
  const lists = new Map<Actor, number[]>()
  let kept = 0
  /** Cached prefix of the last parents that were joined. Many changes may have the same parents. */
  let joined: { readonly parents: readonly number[]; readonly prefix: number } = { parents: NONE, prefix: 0 }

  const at = (number: number): Entry => {
    const found = number < below ? base?.at(number) : entries[number - below]
    if (!found) throw new RangeError(`No change has the number ${number}; there are ${below + entries.length} changes.`)
    return found
  }

  const next = (number: number): number | undefined => {
    const own = following.get(number)
    if (own !== undefined || number >= below) return own
    const theirs = base?.next(number)
    return theirs !== undefined && theirs < below ? theirs : undefined
  }

  /** Does not create a list for an actor without changes. */
  const listOf = (actor: Actor): number[] | undefined => {
    const known = lists.get(actor)
    const before = known ? NONE : (base?.of(actor) ?? NONE)
    if (known || before.length === 0) return known
    const list = before.slice(0, lastNotAbove(before.length, (index) => before[index], below - 1) + 1)
    lists.set(actor, list)
    return list
  }

  const isIn = (earlier: number, later: number): boolean => {
    const { line } = at(earlier)
    const known = (to: Entry, number: number): boolean | undefined => {
      if (earlier === number || earlier < to.prefix) return true
      if (line === to.line) return earlier <= number
      return to.branches && earlier <= (to.branches.get(line) ?? -1)
    }
    const found = known(at(later), later)
    if (found !== undefined) return found
    const seen = new Set<number>()
    const open = [later]
    for (let number = open.pop(); number !== undefined; number = open.pop()) {
      const to = at(number)
      const here = known(to, number)
      if (here) return true
      if (here === false) continue
      for (const each of to.parents) {
        if (each < earlier || seen.has(each)) continue
        seen.add(each)
        open.push(each)
      }
    }
    return false
  }

  /** The last ancestor of each line among the ancestors of `parents` after `prefix`, except for `line`. */
  const branchesOf = (parents: readonly number[], line: number, prefix: number): ReadonlyMap<number, number> | undefined => {
    const branches = new Map<number, number>()
    const note = (other: number, last: number) => {
      if (other !== line && last >= prefix && last > (branches.get(other) ?? -1)) branches.set(other, last)
    }
    // In descending order, so that parents that are ancestors of other parents are skipped.
    for (const each of [...parents].sort((one, other) => other - one)) {
      const found = at(each)
      if (each <= (branches.get(found.line) ?? -1)) continue
      if (!found.branches) return undefined
      note(found.line, each)
      for (const [other, last] of found.branches) note(other, last)
    }
    return branches
  }

  return {
    get size() {
      return below + entries.length
    },
    add({ actor, first, last, parents }) {
      const number = below + entries.length
      const own = listOf(actor) ?? []
      const before = own.at(-1)
      const buildsOnOwn = before === undefined || parents.some((each) => isIn(before, each))
      const continued = parents.findLast((each) => next(each) === undefined)
      const line = continued === undefined ? number : at(continued).line
      let prefix = parents.reduce((greatest, each) => Math.max(greatest, at(each).prefix), 0)
      const isSame = parents.length === joined.parents.length && parents.every((each, index) => each === joined.parents[index])
      if (isSame) prefix = Math.max(prefix, joined.prefix)
      // The only parent is the end of a line: the new change shares the map of its parent.
      const isShared = parents.length === 1 && continued !== undefined
      let branches = isShared ? at(continued).branches : branchesOf(parents, line, prefix)
      const holds = (each: number) => {
        if (!branches) return parents.some((other) => isIn(each, other))
        const its = at(each).line
        return each <= (its === line ? (continued ?? -1) : (branches.get(its) ?? -1))
      }
      while (prefix < number && holds(prefix)) prefix += 1
      if (parents.length > 1) joined = { parents, prefix }
      const isWhole = prefix === number
      if (isWhole) branches = NO_BRANCHES
      else if (branches && !isShared) {
        kept += branches.size
        if (kept > MAX_BRANCHES) branches = undefined
      }
      entries.push({ first, last, line, prefix: isWhole ? number + 1 : prefix, branches, parents: branches ? NONE : parents })
      if (continued !== undefined) following.set(continued, number)
      own.push(number)
      lists.set(actor, own)
      return buildsOnOwn
    },
    isIn,
    find(actor, counter) {
      const own = listOf(actor) ?? NONE
      const number = own[lastNotAbove(own.length, (index) => at(own[index] ?? 0).first, counter)]
      return number !== undefined && counter <= at(number).last ? number : undefined
    },
    of: (actor) => listOf(actor) ?? NONE,
    at,
    next,
  }
}

import { lastNotAbove } from './last-not-above.ts'

/** A change, with what it has in its past. */
interface Entry {
  /** Its operations; an empty change has none, and `last` is that of its past. */
  readonly first: number
  readonly last: number
  /** The first of a line of changes, each of which builds on the one before it. */
  readonly line: number
  /** Every change with a smaller number is in its past, or is that change itself. */
  readonly prefix: number
  /** What is in its past beyond them: of lines other than its own, the last one. Undefined where that would take too much room. */
  readonly beside: ReadonlyMap<number, number> | undefined
  /** What it builds on, where `beside` is undefined. */
  readonly on: readonly number[]
}

/** A change that is to be numbered, with the numbers of those that it builds on. */
export interface Numbered<Actor> {
  readonly actor: Actor
  readonly first: number
  readonly last: number
  readonly on: readonly number[]
}

/**
 * Which changes are in the past of which. Each has a number, greater than those of all that it builds on. Nearly always everything
 * before a change is in its past, so what is kept is up to where that holds, and how far the lines go that were written apart
 * since: as many as devices write apart, however often they begin anew and take turns.
 */
export interface Ancestry<Actor> {
  readonly size: number
  /**
   * Gives a change the next number.
   * @returns whether it builds on the one that its actor made before it
   */
  add(change: Numbered<Actor>): boolean
  /** Whether a change is in the past of another one, or that one itself. */
  isIn(earlier: number, later: number): boolean
  /** The change that made an operation. */
  find(actor: Actor, counter: number): number | undefined
  /** The changes of an actor, in order. */
  of(actor: Actor): readonly number[]
  /** A change by its number; it has to be there. */
  at(number: number): Entry
  /** The change that goes on with the line of this one, if any does. */
  next(number: number): number | undefined
}

/** Ends of lines kept in all, 40 bytes each; beyond them the way back is gone step by step each time. */
const MOST = 1_000_000

const NOBODY: ReadonlyMap<never, number> = new Map<never, number>()
const NONE: readonly number[] = []

/** @param base changes that have numbers already; more that it is given afterwards are not seen here */
export const ancestryOver = <Actor>(base?: Ancestry<Actor>): Ancestry<Actor> => {
  const below = base?.size ?? 0
  const entries: Entry[] = []
  const following = new Map<number, number>()
  const lists = new Map<Actor, number[]>()
  let kept = 0
  /** What was gone through last for the changes that another one builds on; many may build on the same. */
  let joined: { readonly on: readonly number[]; readonly prefix: number } = { on: NONE, prefix: 0 }

  const at = (number: number): Entry => {
    const found = number < below ? base?.at(number) : entries[number - below]
    if (!found) throw new RangeError(`There are ${below + entries.length} changes, none with the number ${number}.`)
    return found
  }

  const next = (number: number): number | undefined => {
    const own = following.get(number)
    if (own !== undefined || number >= below) return own
    const theirs = base?.next(number)
    return theirs !== undefined && theirs < below ? theirs : undefined
  }

  /** Actors that have nothing leave nothing behind. */
  const listOf = (actor: Actor): number[] | undefined => {
    const known = lists.get(actor)
    const before = known ? NONE : (base?.of(actor) ?? NONE)
    if (known || before.length === 0) return known
    const list = before.slice(0, lastNotAbove(before.length, (place) => before[place], below - 1) + 1)
    lists.set(actor, list)
    return list
  }

  const isIn = (earlier: number, later: number): boolean => {
    const { line } = at(earlier)
    const known = (to: Entry, number: number): boolean | undefined => {
      if (earlier === number || earlier < to.prefix) return true
      if (line === to.line) return earlier <= number
      return to.beside && earlier <= (to.beside.get(line) ?? -1)
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
      for (const each of to.on) {
        if (each < earlier || seen.has(each)) continue
        seen.add(each)
        open.push(each)
      }
    }
    return false
  }

  /** What is in the past of any of these beyond `prefix`, but for the line that is gone on with. */
  const besideOf = (on: readonly number[], line: number, prefix: number): ReadonlyMap<number, number> | undefined => {
    const beside = new Map<number, number>()
    const note = (other: number, last: number) => {
      if (other !== line && last >= prefix && last > (beside.get(other) ?? -1)) beside.set(other, last)
    }
    // From the last one down: what is in the past of another brings nothing.
    for (const each of [...on].sort((one, other) => other - one)) {
      const found = at(each)
      if (each <= (beside.get(found.line) ?? -1)) continue
      if (!found.beside) return undefined
      note(found.line, each)
      for (const [other, last] of found.beside) note(other, last)
    }
    return beside
  }

  return {
    get size() {
      return below + entries.length
    },
    add({ actor, first, last, on }) {
      const number = below + entries.length
      const own = listOf(actor) ?? []
      const before = own.at(-1)
      const builds = before === undefined || on.some((each) => isIn(before, each))
      const gone = on.findLast((each) => next(each) === undefined)
      const line = gone === undefined ? number : at(gone).line
      let prefix = on.reduce((greatest, each) => Math.max(greatest, at(each).prefix), 0)
      const isSame = on.length === joined.on.length && on.every((each, place) => each === joined.on[place])
      if (isSame) prefix = Math.max(prefix, joined.prefix)
      // Whoever goes on with a line alone has beside it what that has.
      const isShared = on.length === 1 && gone !== undefined
      let beside = isShared ? at(gone).beside : besideOf(on, line, prefix)
      const holds = (each: number) => {
        if (!beside) return on.some((other) => isIn(each, other))
        const its = at(each).line
        return each <= (its === line ? (gone ?? -1) : (beside.get(its) ?? -1))
      }
      while (prefix < number && holds(prefix)) prefix += 1
      if (on.length > 1) joined = { on, prefix }
      const isWhole = prefix === number
      if (isWhole) beside = NOBODY
      else if (beside && !isShared) {
        kept += beside.size
        if (kept > MOST) beside = undefined
      }
      entries.push({ first, last, line, prefix: isWhole ? number + 1 : prefix, beside, on: beside ? NONE : on })
      if (gone !== undefined) following.set(gone, number)
      own.push(number)
      lists.set(actor, own)
      return builds
    },
    isIn,
    find(actor, counter) {
      const own = listOf(actor) ?? NONE
      const number = own[lastNotAbove(own.length, (place) => at(own[place] ?? 0).first, counter)]
      return number !== undefined && counter <= at(number).last ? number : undefined
    },
    of: (actor) => listOf(actor) ?? NONE,
    at,
    next,
  }
}

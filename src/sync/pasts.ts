import { GateError } from './errors.ts'
import { lastNotAbove } from './last-not-above.ts'

/** A change, with what it has in its past. */
interface Entry<Actor> {
  readonly actor: Actor
  /** Its place among the changes of its actor, from 0. */
  readonly place: number
  /** Its operations; an empty change has none, and `last` is that of its past. */
  readonly first: number
  readonly last: number
  /** Every change with a smaller number is in its past, or is that change itself. */
  readonly prefix: number
  /** What is in its past beyond them: of actors other than its own, the place of the last one. */
  readonly beside: ReadonlyMap<Actor, number>
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
 * before a change is in its past, so what is kept is up to where that holds, and what else there is.
 */
export interface Pasts<Actor> {
  readonly size: number
  /**
   * Gives a change the next number.
   * @returns whether it builds on the one that its actor made before it; where one does not, `isIn` says nothing of that actor
   * @throws {GateError} `too-large` when more wrote apart from each other than can be told
   */
  add(change: Numbered<Actor>): boolean
  /** Whether a change is in the past of another one, or that one itself. */
  isIn(earlier: number, later: number): boolean
  /** The change that made an operation. */
  find(actor: Actor, counter: number): number | undefined
  /** The changes of an actor, in order. */
  of(actor: Actor): readonly number[]
  /** A change by its number; it has to be there. */
  at(number: number): Entry<Actor>
}

/** Places kept in all, of actors that wrote apart; the space's devices are few, and meet. */
const MOST = 4_000_000

/** @param base changes that have numbers already; more that it is given afterwards are not seen here */
export const pastsOver = <Actor>(base?: Pasts<Actor>): Pasts<Actor> => {
  const below = base?.size ?? 0
  const entries: Entry<Actor>[] = []
  const lists = new Map<Actor, number[]>()
  const nobody: ReadonlyMap<Actor, number> = new Map()
  let kept = 0

  const at = (number: number): Entry<Actor> => {
    const found = number < below ? base?.at(number) : entries[number - below]
    if (!found) throw new RangeError(`There are ${below + entries.length} changes, none with the number ${number}.`)
    return found
  }

  const listOf = (actor: Actor): number[] => {
    const known = lists.get(actor)
    if (known) return known
    const before = base?.of(actor) ?? []
    const list = before.slice(0, lastNotAbove(before.length, (place) => before[place], below - 1) + 1)
    lists.set(actor, list)
    return list
  }

  const isIn = (earlier: number, later: number): boolean => {
    const to = at(later)
    if (earlier < to.prefix || earlier === later) return true
    const from = at(earlier)
    return from.place <= (from.actor === to.actor ? to.place : (to.beside.get(from.actor) ?? -1))
  }

  /** What is in the past of some of these beyond `prefix`, but for the actor's own. */
  const joined = (on: readonly number[], actor: Actor, prefix: number): ReadonlyMap<Actor, number> => {
    const beside = new Map<Actor, number>()
    const note = (other: Actor, place: number) => {
      if (other !== actor && (listOf(other)[place] ?? 0) >= prefix) beside.set(other, Math.max(place, beside.get(other) ?? 0))
    }
    for (const each of on) {
      const found = at(each)
      note(found.actor, found.place)
      for (const [other, place] of found.beside) note(other, place)
    }
    kept += beside.size
    if (kept > MOST) throw new GateError('too-large', `More than ${MOST} turns of devices that wrote apart cannot be told apart.`)
    return beside.size === 0 ? nobody : beside
  }

  return {
    get size() {
      return below + entries.length
    },
    add({ actor, first, last, on }) {
      const number = below + entries.length
      const own = listOf(actor)
      const before = own.at(-1)
      const builds = before === undefined || on.some((each) => isIn(before, each))
      let prefix = on.reduce((greatest, each) => Math.max(greatest, at(each).prefix), 0)
      const [only] = on
      const follows = only !== undefined && on.length === 1 ? at(only) : undefined
      const beside = follows?.actor === actor ? follows.beside : joined(on, actor, prefix)
      const holds = ({ actor: other, place }: Entry<Actor>) =>
        other === actor ? place < own.length : place <= (beside.get(other) ?? -1)
      while (prefix < number && holds(at(prefix))) prefix += 1
      const isWhole = prefix === number
      own.push(number)
      entries.push({
        actor,
        place: own.length - 1,
        first,
        last,
        prefix: isWhole ? number + 1 : prefix,
        beside: isWhole ? nobody : beside,
      })
      return builds
    },
    isIn,
    find(actor, counter) {
      const own = listOf(actor)
      const number = own[lastNotAbove(own.length, (place) => at(own[place] ?? 0).first, counter)]
      return number !== undefined && counter <= at(number).last ? number : undefined
    },
    of: listOf,
    at,
  }
}

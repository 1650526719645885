import { ancestryOver } from '../ancestry/ancestry.ts'
import { lastNotAbove } from '../ancestry/last-not-above.ts'
import { ACTOR_LIMIT, MESSAGE_LIMIT, OPERATION_LIMIT } from '../chunks/change-head.ts'
import { deltas, texts, unsigned } from '../chunks/column-values.ts'
import type { Column, DocumentColumns } from '../chunks/document-head.ts'
import { COUNTERS } from './operation-kinds.ts'

/** Bytes of the hash of a dependency. */
const DEPENDENCY_BYTES = 32
/** Maximum bytes of the other fields before the columns of a change. */
const HEAD_OVERHEAD = 256
/** Maximum number of actors in a batch of changes. */
const ACTORS_LIMIT = 2 ** 20 - 1

/** Result for an operation that no change contains. */
export const NOWHERE = -2
export const NO_COLUMN: Column = { data: new Uint8Array(), rows: 0 }

/** Identifies a change by its actor (hexadecimal) and its sequence number. */
export interface ChangeName {
  readonly actor: string
  readonly sequence: number
}

/** The operations of all changes of a document, in one contiguous range per change. */
export interface ChangeRanges {
  /** Number of operations of all changes together. */
  readonly total: number
  /** The index of an operation in the ranges, or `NOWHERE` if no change contains it. */
  placeOf(actor: number, counter: number): number
  /** The change of each operation index. Indexes of later changes are greater. */
  readonly changeAt: Int32Array
  /** Whether the change of the operation `place` is the change of the operation `of` or an ancestor of it. */
  isAncestor(place: number, of: number): boolean
  /** Maximum encoded bytes of each change without its operations. */
  readonly heads: Float64Array
  readonly names: readonly ChangeName[]
}

/** @param most maximum operations of the document. @returns undefined if it claims more or is invalid */
export const changeRanges = ({ actors, ofChanges }: DocumentColumns, most: number): ChangeRanges | undefined => {
  const column = (name: Parameters<typeof ofChanges.get>[0]): Column => ofChanges.get(name) ?? NO_COLUMN
  const data = (name: Parameters<typeof ofChanges.get>[0]) => ofChanges.get(name)?.data
  const changes = column('actor').rows
  if (column('extra').data.length > 0 || actors.some(({ length }) => length > ACTOR_LIMIT * 2)) return undefined
  if (actors.length > ACTORS_LIMIT) return undefined
  if (column('sequence').rows !== changes || column('greatest operation').rows !== changes) return undefined
  const [ofActor, sequences, greatest] = [unsigned(data('actor')), deltas(data('sequence')), deltas(data('greatest operation'))]
  const names: ChangeName[] = []
  const [counts, dependencies, messages] = [
    unsigned(data('dependency count')),
    deltas(data('dependency')),
    texts(data('message')),
  ]
  const times = deltas(data('time'))
  const actorBytes = HEAD_OVERHEAD + actors.reduce((sum, { length }) => sum + 1 + length / 2, 0)
  const heads = new Float64Array(changes)
  /** For each change: its last operation counter, and the index of its first operation. */
  const last = new Float64Array(changes)
  const starts = new Int32Array(changes)
  const changeAt = new Int32Array(most)
  /** For each actor: its changes in order, with their first operation counter. */
  const own = actors.map((): { readonly change: number; readonly first: number }[] => [])
  const ancestry = ancestryOver<number>()
  let total = 0
  for (let change = 0; change < changes; change++) {
    const [actor, sequence, end, count] = [ofActor(), sequences(), greatest(), counts() ?? 0]
    let past = 0
    const parents: number[] = []
    for (let at = 0; at < count; at++) {
      const dependency = dependencies()
      if (dependency === undefined || dependency < 0 || dependency >= change) return undefined
      parents.push(dependency)
      past = Math.max(past, last[dependency] ?? 0)
    }
    const range = actor === undefined ? undefined : own[actor]
    if (!range || sequence === undefined || end === undefined || end < past || end >= COUNTERS) return undefined
    const message = messages()?.length ?? 0
    if (end - past > OPERATION_LIMIT || message > MESSAGE_LIMIT || !Number.isSafeInteger(times() ?? 0)) return undefined
    heads[change] = actorBytes + message + count * DEPENDENCY_BYTES
    if (!ancestry.add({ actor: actor ?? 0, first: past + 1, last: end, parents })) return undefined
    range.push({ change, first: past + 1 })
    names.push({ actor: actors[actor ?? 0] ?? '', sequence })
    last[change] = end
    starts[change] = total
    if (total + end - past > most) return undefined
    changeAt.fill(change, total, total + end - past)
    total += end - past
  }
  const firsts = own.map((range) => Float64Array.from(range, ({ first }) => first))
  const numbers = own.map((range) => Int32Array.from(range, ({ change }) => change))
  /** Index of the last hit per actor, because operations of one change are usually adjacent. */
  const recent = actors.map(() => 0)

  const placeIn = (actor: number, at: number, counter: number): number => {
    const [first, change] = [firsts[actor]?.[at] ?? 0, numbers[actor]?.[at] ?? 0]
    return counter >= first && counter <= (last[change] ?? 0) ? (starts[change] ?? 0) + counter - first : NOWHERE
  }

  return {
    total,
    placeOf(actor, counter) {
      const [found, at] = [firsts[actor], recent[actor] ?? 0]
      if (!found || found.length === 0) return NOWHERE
      const place = placeIn(actor, at, counter)
      if (place !== NOWHERE) return place
      const index = lastNotAbove(found.length, (place) => found[place], counter)
      recent[actor] = Math.max(0, index)
      return index < 0 ? NOWHERE : placeIn(actor, index, counter)
    },
    changeAt,
    isAncestor: (place, of) => ancestry.isIn(changeAt[place] ?? 0, changeAt[of] ?? 0),
    heads,
    names,
  }
}

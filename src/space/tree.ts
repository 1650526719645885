import type { RecordId } from './ids.ts'

/** A parent that a record once had, with the move counter; '' is the top level. */
export interface ParentEdge {
  readonly parent: RecordId | ''
  readonly count: number
}

/** Every record can be at the top level if it has no other edge. */
const IMPLIED: ParentEdge = { parent: '', count: -1 }

/** The edge of the record's last move; of equal counts, the one with the greater id. */
export const greatestEdge = (edges: readonly ParentEdge[]): ParentEdge =>
  edges.reduce(
    (best, edge) => (edge.count > best.count || (edge.count === best.count && edge.parent > best.parent) ? edge : best),
    IMPLIED,
  )

/** Edges to records that do not exist lead to the top level. */
const within = (edges: readonly ParentEdge[], known: (record: RecordId) => boolean): ParentEdge[] =>
  edges.map(({ parent, count }) => ({ parent: parent === '' || known(parent) ? parent : '', count }))

interface Offer {
  readonly child: RecordId
  readonly parent: RecordId | ''
  readonly count: number
}

/** Greatest count first, then the smaller child, then the smaller parent. */
const precedes = (one: Offer, other: Offer): boolean =>
  one.count !== other.count
    ? one.count > other.count
    : one.child !== other.child
      ? one.child < other.child
      : one.parent < other.parent

/**
 * The parent under which each record is shown. The result has no cycles, loses no branch, and is the same for everybody with the
 * same edges. A record is where it was moved last. If concurrent moves would close a cycle, its records fall back to earlier parents.
 * After Evan Wallace, "CRDT: Mutable Tree Hierarchy".
 * @param edges of every record of the table
 */
export const resolveTree = (edges: ReadonlyMap<RecordId, readonly ParentEdge[]>): Map<RecordId, RecordId | ''> => {
  const known = (record: RecordId) => edges.has(record)
  const greatest = new Map([...edges].map(([child, all]) => [child, greatestEdge(within(all, known)).parent]))
  const shown = new Map<RecordId, RecordId | ''>()
  for (const record of edges.keys()) settle(record, greatest, shown)
  if (shown.size < edges.size) attach(edges, known, shown)
  return shown
}

/** Follows the greatest edges to the top and resolves every record on that path; a cycle resolves nothing. */
const settle = (record: RecordId, greatest: ReadonlyMap<RecordId, RecordId | ''>, shown: Map<RecordId, RecordId | ''>): void => {
  const way = new Set<RecordId>()
  let at: RecordId | '' = record
  while (at !== '' && !shown.has(at)) {
    if (way.has(at)) return
    way.add(at)
    at = greatest.get(at) ?? ''
  }
  for (const each of way) shown.set(each, greatest.get(each) ?? '')
}

/** Attaches records whose greatest edges do not lead to the top, each time by the best edge to an attached record. */
const attach = (
  edges: ReadonlyMap<RecordId, readonly ParentEdge[]>,
  known: (record: RecordId) => boolean,
  shown: Map<RecordId, RecordId | ''>,
): void => {
  const below = new Map<RecordId | '', Offer[]>()
  const offers = new Heap()
  for (const [child, all] of edges) {
    if (shown.has(child)) continue
    for (const { parent, count } of [...within(all, known), IMPLIED]) {
      const offer = { child, parent, count }
      if (parent === '' || shown.has(parent)) offers.push(offer)
      else {
        const waiting = below.get(parent)
        if (waiting) waiting.push(offer)
        else below.set(parent, [offer])
      }
    }
  }
  for (let best = offers.pop(); best !== undefined; best = offers.pop()) {
    if (shown.has(best.child)) continue
    shown.set(best.child, best.parent)
    for (const offer of below.get(best.child) ?? []) offers.push(offer)
  }
}

/** A binary heap that returns the best offer first. */
class Heap {
  readonly #items: Offer[] = []

  push(offer: Offer): void {
    const items = this.#items
    let at = items.push(offer) - 1
    while (at > 0) {
      const up = (at - 1) >> 1
      if (!this.#better(at, up)) return
      this.#swap(at, up)
      at = up
    }
  }

  pop(): Offer | undefined {
    const items = this.#items
    if (items.length < 2) return items.pop()
    this.#swap(0, items.length - 1)
    const best = items.pop()
    let at = 0
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      let next = at
      if (left < items.length && this.#better(left, next)) next = left
      if (right < items.length && this.#better(right, next)) next = right
      if (next === at) return best
      this.#swap(at, next)
      at = next
    }
  }

  #better(one: number, other: number): boolean {
    const [a, b] = [this.#items[one], this.#items[other]]
    return a !== undefined && b !== undefined && precedes(a, b)
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#items[one], this.#items[other]]
    if (a === undefined || b === undefined) return
    this.#items[one] = b
    this.#items[other] = a
  }
}

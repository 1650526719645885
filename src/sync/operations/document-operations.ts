import { equalBytes, isBehind } from '../../bytes/encoding.ts'
import { OPERATION_LIMIT } from '../chunks/change-head.ts'
import { CHANGE_LIMIT } from '../chunks/chunk.ts'
import { deltas, texts, truths, unsigned } from '../chunks/column-values.ts'
import type { Column, DocumentColumns } from '../chunks/document-head.ts'
import { type ChangeName, changeRanges, NO_COLUMN, NOWHERE } from './change-ranges.ts'
import { BYTES, CHARACTERS, KIND_BITS, LAST_KIND, MAKE_MAP, MAKE_TEXT, SET } from './operation-kinds.ts'

/**
 * Maximum bytes of an operation in a change without its key, value and predecessors: nine columns with one run per row.
 */
const OPERATION_OVERHEAD = 24
/** Maximum bytes of a predecessor. */
const PREDECESSOR_BYTES = 8
/** Kinds of operations by index. `NO_ROW` is an operation not seen yet, or a deletion, which has no row. */
const NO_ROW = 0
const VALUE = 1
const MAP = 2
const TEXT = 3
const CHARACTER = 4

const ROOT = -1

/** The result for valid operations. */
export interface Fit {
  /** Changes that may exceed the size limit; the caller must encode and measure each. */
  readonly large: readonly ChangeName[]
}

/**
 * Checks the operations of a whole document by the rules of `operationsCheck`, directly in its columns. A document stores the
 * successors of each operation and no rows for deletions. Extracting its changes first would take twice as long as loading it. The
 * rows must also be in Automerge's order: it loads them in any order, but would then show different contents than other devices
 * with the same changes.
 * @param document accepted by `readDocument` and loaded by Automerge, which proves that it contains the changes that it lists
 * @returns undefined if the check is inconclusive and its changes must be extracted and checked one by one
 */
export const operationsFit = (document: DocumentColumns): Fit | undefined => {
  const { actors, ofOperations } = document
  const column = (name: Parameters<typeof ofOperations.get>[0]): Column => ofOperations.get(name) ?? NO_COLUMN
  const data = (name: Parameters<typeof ofOperations.get>[0]) => ofOperations.get(name)?.data
  const rows = column('action').rows
  const successors = column('successor actor').rows
  if (column('actor').rows !== rows || column('counter').rows !== rows || column('successor counter').rows !== successors)
    return undefined
  if ([...ofOperations].some(([name, column]) => !name.startsWith('successor') && column.rows > rows)) return undefined
  if (column('successor count').rows > rows || column('mark name').data.length > 0) return undefined
  const ranges = changeRanges(document, rows + successors)
  if (!ranges) return undefined
  const { total, placeOf, changeAt, isAncestor } = ranges

  const kinds = new Uint8Array(total)
  /** The group of each operation. Each key of a map and each character is one group. */
  const groups = new Int32Array(total)
  /** Bytes of each group's key. */
  const lengths = new Int32Array(rows + 1)
  const sizes = ranges.heads
  const replacing = new Int32Array(ranges.names.length)

  const [actions, values] = [unsigned(data('action')), unsigned(data('value length'))]
  const [objectActors, objectCounters] = [unsigned(data('object actor')), unsigned(data('object counter'))]
  const [keys, keyActors, keyCounters] = [texts(data('key string')), unsigned(data('key actor')), deltas(data('key counter'))]
  const [idActors, idCounters, inserts] = [unsigned(data('actor')), deltas(data('counter')), truths(data('insert'))]
  const counts = unsigned(data('successor count'))
  const [laterActors, laterCounters] = [unsigned(data('successor actor')), deltas(data('successor counter'))]

  let group = 0
  let object = NOWHERE
  let container = NO_ROW
  let objectActor: number | undefined
  let objectCounter: number | undefined
  let lastKey: Uint8Array | undefined
  /** The previous operation on the same key. */
  let lastCounter = 0
  let lastActor = -1
  let isInOrder = textOrder()
  let bytes = 0
  let seen = 0
  for (let row = 0; row < rows; row++) {
    const [action, value, actor, counter] = [actions(), values() ?? 0, idActors(), idCounters()]
    const [ofActor, ofCounter, key, elementActor] = [objectActors(), objectCounters(), keys(), keyActors()]
    const [elementCounter, insert, count] = [keyCounters(), inserts(), counts() ?? 0]
    if (actor === undefined || counter === undefined || actor >= actors.length) return undefined
    const place = placeOf(actor, counter)
    if (place === NOWHERE || kinds[place] !== NO_ROW) return undefined
    if (row === 0 || ofActor !== objectActor || ofCounter !== objectCounter) {
      if (row > 0 && !isAfter(ofCounter ?? 0, ofActor ?? 0, objectCounter ?? 0, objectActor ?? 0)) return undefined
      objectActor = ofActor
      objectCounter = ofCounter
      lastKey = undefined
      isInOrder = textOrder()
      if (ofActor === undefined || ofCounter === undefined) {
        if (ofActor !== ofCounter) return undefined
        object = ROOT
        container = MAP
      } else {
        object = placeOf(ofActor, ofCounter)
        container = object === NOWHERE ? NO_ROW : (kinds[object] ?? NO_ROW)
      }
    }
    if (container !== MAP && container !== TEXT) return undefined
    if (object >= place || (objectCounter !== undefined && objectCounter >= counter)) return undefined
    if (object !== ROOT && !isAncestor(object, place)) return undefined
    const kind = value % KIND_BITS
    if (container === TEXT) {
      if (key !== undefined || !insert || action !== SET || kind !== CHARACTERS || groups[place] !== 0) return undefined
      let behind = ROOT
      if (elementActor === undefined || elementCounter === undefined) {
        if (elementActor !== undefined || elementCounter !== 0) return undefined
      } else {
        behind = elementCounter < counter ? placeOf(elementActor, elementCounter) : NOWHERE
        if (behind === NOWHERE || behind >= place || !isAncestor(behind, place)) return undefined
      }
      if (!isInOrder(behind, place, counter, actor)) return undefined
      group += 1
      kinds[place] = CHARACTER
    } else {
      if (key === undefined || elementActor !== undefined || elementCounter !== undefined || insert) return undefined
      if (kind === BYTES || kind > LAST_KIND) return undefined
      if (lastKey !== undefined && equalBytes(lastKey, key)) {
        if (!isAfter(counter, actor, lastCounter, lastActor)) return undefined
      } else {
        if (lastKey !== undefined && !isBehind(key, lastKey)) return undefined
        group += 1
        lastKey = key
        lengths[group] = key.length
      }
      lastCounter = counter
      lastActor = actor
      // It has a different group if it replaces an operation of another key.
      if (groups[place] !== 0 && groups[place] !== group) return undefined
      if (action === SET) kinds[place] = VALUE
      else if (action === MAKE_MAP) kinds[place] = MAP
      else if (action === MAKE_TEXT) kinds[place] = TEXT
      else return undefined
      // Automerge never writes a container with a value, so other devices would reject this change.
      if (action !== SET && value !== 0) return undefined
    }
    groups[place] = group
    const length = (value - kind) / KIND_BITS
    bytes += length
    const change = changeAt[place] ?? 0
    sizes[change] = (sizes[change] ?? 0) + OPERATION_OVERHEAD + length + (key?.length ?? 0)

    let beforeActor = -1
    let beforeCounter = counter
    for (let at = 0; at < count; at++) {
      const [laterActor, laterCounter] = [laterActors(), laterCounters()]
      seen += 1
      if (laterActor === undefined || laterCounter === undefined || laterActor >= actors.length) return undefined
      // Successors must be newer and sorted without duplicates.
      if (laterCounter <= counter || laterCounter < beforeCounter) return undefined
      if (laterCounter === beforeCounter && laterActor <= beforeActor) return undefined
      beforeActor = laterActor
      beforeCounter = laterCounter
      const later = placeOf(laterActor, laterCounter)
      if (later <= place || kinds[later] !== NO_ROW || !isAncestor(place, later)) return undefined
      // An operation replaced within its own change is never visible, so it has no other successors.
      if (container === MAP && count > 1 && changeAt[later] === changeAt[place]) return undefined
      // In a map, one operation may replace several concurrent values of a key; in a text, it deletes one character.
      if (groups[later] !== 0 && (container === TEXT || groups[later] !== group)) return undefined
      groups[later] = group
      const by = changeAt[later] ?? 0
      sizes[by] = (sizes[by] ?? 0) + PREDECESSOR_BYTES
      replacing[by] = (replacing[by] ?? 0) + 1
    }
  }
  if (seen !== successors || bytes !== column('value').data.length) return undefined
  for (let place = 0; place < total; place++) {
    if (kinds[place] !== NO_ROW) continue
    // An operation without a row is a deletion and must be a successor.
    const ofGroup = groups[place] ?? 0
    if (ofGroup === 0) return undefined
    const change = changeAt[place] ?? 0
    sizes[change] = (sizes[change] ?? 0) + OPERATION_OVERHEAD + (lengths[ofGroup] ?? 0)
  }
  if (replacing.some((count) => count > OPERATION_LIMIT)) return undefined
  // Other devices receive these changes individually and reject larger ones.
  return { large: ranges.names.filter((_, change) => (sizes[change] ?? 0) > CHANGE_LIMIT) }
}

const isAfter = (counter: number, actor: number, otherCounter: number, otherActor: number): boolean =>
  counter > otherCounter || (counter === otherCounter && actor > otherActor)

/**
 * Checks the order of the characters of one text: each follows its reference character and later insertions there, newest first.
 * @returns a function that checks the next character; `behind` is the index of its reference character, or `ROOT` at the start
 */
const textOrder = () => {
  /** The chain of reference characters from the start of the text to the last character. */
  const [places, counters, actors]: [number[], number[], number[]] = [[], [], []]
  return (behind: number, place: number, counter: number, actor: number): boolean => {
    while ((places.at(-1) ?? ROOT) !== behind) {
      if (places.pop() === undefined) return false
      const [otherCounter = 0, otherActor = 0] = [counters.pop(), actors.pop()]
      if ((places.at(-1) ?? ROOT) === behind && !isAfter(otherCounter, otherActor, counter, actor)) return false
    }
    places.push(place)
    counters.push(counter)
    actors.push(actor)
    return true
  }
}

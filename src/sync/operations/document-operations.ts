import { equalBytes, isBehind } from '../../bytes/encoding.ts'
import { OPERATION_LIMIT } from '../chunks/change-head.ts'
import { CHANGE_LIMIT } from '../chunks/chunk.ts'
import { deltas, texts, truths, unsigned } from '../chunks/column-values.ts'
import type { Column, DocumentColumns } from '../chunks/document-head.ts'
import { type ChangeName, changeRanges, NO_COLUMN, NOWHERE } from './change-ranges.ts'
import { BYTES, CHARACTERS, KIND_BITS, LAST_KIND, MAKE_MAP, MAKE_TEXT, SET } from './operation-kinds.ts'

/**
 * Bytes that an operation takes in a change beside its key and its value, at most: nine columns with a run to each row. Each
 * operation that it replaces takes more.
 */
const BESIDE_VALUE = 24
const A_REPLACED = 8
/** What stands at the place of an operation: nothing yet, or a deletion, which has no row; or its row. */
const NO_ROW = 0
const VALUE = 1
const MAP = 2
const TEXT = 3
const CHARACTER = 4

const ROOT = -1

/** Operations that fit. */
export interface Fit {
  /** Changes that may be larger than others take; each is to be weighed. */
  readonly large: readonly ChangeName[]
}

/**
 * Whether the operations of a whole document fit what they refer to, by the rules of `operationsCheck`, read where they stand: a
 * document keeps with each operation those that replaced it, and none that deleted. Taking its changes out of it first takes as
 * long as to load it twice more. They must also stand in Automerge's own order: it loads them in any other, and then shows other
 * contents than everybody else who has the same changes.
 * @param document counted by `readDocument`, and loaded by Automerge, which proves that it holds the changes that it names
 * @returns undefined when only its changes can tell, taken out and looked at one by one
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
  /** Where each operation wrote: one number for each key of each map, and for each character. */
  const groups = new Int32Array(total)
  /** Bytes of the key of each group. */
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
  /** The operation before this one on the same key. */
  let lastCounter = 0
  let lastActor = -1
  let line = newLine()
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
      line = newLine()
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
      if (!line(behind, place, counter, actor)) return undefined
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
      // Another number stands there when it replaces something elsewhere.
      if (groups[place] !== 0 && groups[place] !== group) return undefined
      if (action === SET) kinds[place] = VALUE
      else if (action === MAKE_MAP) kinds[place] = MAP
      else if (action === MAKE_TEXT) kinds[place] = TEXT
      else return undefined
      // A container with a value is not written as Automerge writes it: nobody takes that change from here.
      if (action !== SET && value !== 0) return undefined
    }
    groups[place] = group
    const length = (value - kind) / KIND_BITS
    bytes += length
    const change = changeAt[place] ?? 0
    sizes[change] = (sizes[change] ?? 0) + BESIDE_VALUE + length + (key?.length ?? 0)

    let beforeActor = -1
    let beforeCounter = counter
    for (let at = 0; at < count; at++) {
      const [laterActor, laterCounter] = [laterActors(), laterCounters()]
      seen += 1
      if (laterActor === undefined || laterCounter === undefined || laterActor >= actors.length) return undefined
      // Newer than what it replaces; in order, so that none is named twice.
      if (laterCounter <= counter || laterCounter < beforeCounter) return undefined
      if (laterCounter === beforeCounter && laterActor <= beforeActor) return undefined
      beforeActor = laterActor
      beforeCounter = laterCounter
      const later = placeOf(laterActor, laterCounter)
      if (later <= place || kinds[later] !== NO_ROW || !isAncestor(place, later)) return undefined
      // What its own change replaces never stood there: nothing else replaces it.
      if (container === MAP && count > 1 && changeAt[later] === changeAt[place]) return undefined
      // In a map several values that were set apart may be replaced at once; in a text one character is taken away.
      if (groups[later] !== 0 && (container === TEXT || groups[later] !== group)) return undefined
      groups[later] = group
      const by = changeAt[later] ?? 0
      sizes[by] = (sizes[by] ?? 0) + A_REPLACED
      replacing[by] = (replacing[by] ?? 0) + 1
    }
  }
  if (seen !== successors || bytes !== column('value').data.length) return undefined
  for (let place = 0; place < total; place++) {
    if (kinds[place] !== NO_ROW) continue
    // What has no row deletes what named it.
    const ofGroup = groups[place] ?? 0
    if (ofGroup === 0) return undefined
    const change = changeAt[place] ?? 0
    sizes[change] = (sizes[change] ?? 0) + BESIDE_VALUE + (lengths[ofGroup] ?? 0)
  }
  if (replacing.some((count) => count > OPERATION_LIMIT)) return undefined
  // Others get these changes one by one, and take none that is larger.
  return { large: ranges.names.filter((_, change) => (sizes[change] ?? 0) > CHANGE_LIMIT) }
}

const isAfter = (counter: number, actor: number, otherCounter: number, otherActor: number): boolean =>
  counter > otherCounter || (counter === otherCounter && actor > otherActor)

/**
 * The characters of one text, one after the other as they stand there: each behind the one that it was put behind and what was
 * put there since, the newest first.
 * @returns tells whether the next one stands right; what it was put behind is the place of another one, or `ROOT` at the start
 */
const newLine = () => {
  /** From the last character back to the start, each behind the next in turn. */
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

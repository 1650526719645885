import { equalBytes, fromUtf8 } from '../../bytes/encoding.ts'
import { lastNotAbove } from '../ancestry/last-not-above.ts'
import type { ChangeHead } from '../chunks/change-head.ts'
import { deltas, texts, truths, unsigned } from '../chunks/column-values.ts'
import { GateError } from '../errors.ts'
import { BYTES, CHARACTERS, COUNTERS, DELETE, KIND_BITS, LAST_KIND, MAKE_MAP, MAKE_TEXT, SET } from './operation-kinds.ts'

/** Kinds of containers. Documents of this format hold maps and texts. */
export type ObjectType = 'map' | 'list' | 'text'

/** What the operations of a change may refer to in the document as it is. Ids are as Automerge writes them, `12@actor`. */
export interface Referred {
  typeOf(object: string): ObjectType | undefined
  /** Whether an operation that is there wrote to this key of this container. */
  wrote(operation: string, object: string, key: string): boolean
  /** Whether a text has, or had, this character. */
  holds(text: string, character: string): boolean
}

/** Whether an operation was made by the checked change or by an ancestor of it. */
export type IsAncestor = (actor: string, counter: number) => boolean

/** Checks the operations of a batch, change by change, each after those that it builds on. */
export interface OperationsCheck {
  /**
   * Every operation must fit what it refers to: in a map that is there, what it replaces is older, named once, and was written to
   * the same key of the same map; in a text that is there, it puts one character behind an older one of the same text, or takes
   * one away. All of it was made by the change itself, or in its past: what is here besides may come later elsewhere. Automerge
   * takes in more than that, and the saved document never loads again.
   * @throws {GateError} `bad-operation`, `garbled`
   */
  check(change: ChangeHead & { readonly hash: string }, isAncestor: IsAncestor): void
}

/** Ids are kept as one number each, counter × 2²⁰ + place of the actor: exact as long as counters stay below 2³². */
const ACTORS = 2 ** 20

/** Where an operation wrote. The root is the container 0. */
interface Place {
  readonly object: number
  readonly key: Uint8Array
}
const ROOT = 0

/** Characters that one change put into a text one after the other: their ids follow each other. */
interface Stretch {
  readonly first: number
  last: number
  readonly text: number
}

/**
 * Reads columns, not operations decoded one by one: a table of 35,000 records has 560,000 of them, which take three seconds to
 * decode and a twentieth of that to read this way.
 * @param batch all changes that may be checked: only of operations that these replace is it kept where they wrote
 */
export const operationsCheck = (batch: readonly ChangeHead[], present: Referred): OperationsCheck => {
  const actors = new Map<string, number>()
  const names: string[] = []
  const placeOf = (actor: string): number => {
    const known = actors.get(actor)
    if (known !== undefined) return known
    names.push(actor)
    if (names.length >= ACTORS) throw new GateError('too-large', 'A batch of changes names more than a million actors.')
    actors.set(actor, names.length - 1)
    return names.length - 1
  }
  const idOf = (counter: number, actor: number): number => counter * ACTORS + actor
  const nameOf = (id: number): string => `${Math.floor(id / ACTORS)}@${names[id % ACTORS]}`

  const replaced = new Set<number>()
  for (const { actors: own, columns } of batch) {
    const places = own.map(placeOf)
    const [actor, counter] = [unsigned(columns.get('predecessor actor')), deltas(columns.get('predecessor counter'))]
    for (let at = actor(); at !== undefined; at = actor()) {
      const [place, number] = [places[at], counter()]
      if (place !== undefined && number !== undefined && number < COUNTERS) replaced.add(idOf(number, place))
    }
  }

  const containers = new Map<number, 'map' | 'text'>([[ROOT, 'map']])
  const written = new Map<number, Place>()
  /** Of each actor, in the order of their ids: an actor's changes are checked in the order in which it made them. */
  const stretches = new Map<number, Stretch[]>()

  const check: OperationsCheck['check'] = ({ hash, actors: own, columns, startOperation, operations }, isAncestor) => {
    if (startOperation + operations > COUNTERS)
      throw new GateError('too-large', `The change ${hash} counts operations beyond ${COUNTERS}.`)
    let at = 0
    const refuse = (what: string) => new GateError('bad-operation', `Operation ${at} of the change ${hash} ${what}.`)
    const places = own.map(placeOf)
    const [author = 0] = places
    // Of two columns that make up an id: the one without the other is none, and so is one that is not older.
    const older = (counter: number | undefined, actor: number | undefined): number | undefined => {
      const place = actor === undefined ? undefined : places[actor]
      if (counter === undefined || place === undefined || counter <= 0 || counter >= startOperation + at) return undefined
      const isOwn = place === author && counter >= startOperation
      return isOwn || isAncestor(names[place] ?? '', counter) ? idOf(counter, place) : undefined
    }

    const inserts = truths(columns.get('insert'))
    const [elementActor, elementCounter] = [unsigned(columns.get('key actor')), deltas(columns.get('key counter'))]
    const [objectActor, objectCounter] = [unsigned(columns.get('object actor')), unsigned(columns.get('object counter'))]
    const keys = texts(columns.get('key string'))
    const actions = unsigned(columns.get('action'))
    const values = unsigned(columns.get('value length'))
    const counts = unsigned(columns.get('predecessor count'))
    const [priorActor, priorCounter] = [unsigned(columns.get('predecessor actor')), deltas(columns.get('predecessor counter'))]

    for (; at < operations; at++) {
      const action = actions()
      if (action !== MAKE_MAP && action !== SET && action !== DELETE && action !== MAKE_TEXT)
        throw refuse(`does what no document of this version holds (${action})`)
      const [counter, actor] = [objectCounter(), objectActor()]
      const object = counter === undefined && actor === undefined ? ROOT : older(counter, actor)
      const container = object === undefined ? undefined : containerAt(object)
      if (object === undefined || container === undefined) throw refuse('writes into what is no map or text that is there')
      // All are read, so that they stay with the row.
      const [key, ofActor, ofElement, insert] = [keys(), elementActor(), elementCounter(), inserts()]
      const kind = (values() ?? 0) % KIND_BITS
      const count = counts() ?? 0
      const id = idOf(startOperation + at, author)
      if (container === 'text') {
        const atStart = ofActor === undefined && ofElement === 0
        const character = atStart ? undefined : older(ofElement, ofActor)
        if (key !== undefined || !(atStart || (character !== undefined && holds(object, character))))
          throw refuse('has no place in its text')
        if (insert && action === SET && count === 0 && kind === CHARACTERS) noteCharacter(id, object)
        else if (
          insert ||
          action !== DELETE ||
          count !== 1 ||
          character === undefined ||
          older(priorCounter(), priorActor()) !== character
        )
          throw refuse('does what no text allows')
        continue
      }
      if (key === undefined || ofActor !== undefined || ofElement !== undefined || insert) throw refuse('has no key')
      if (kind === BYTES || kind > LAST_KIND) throw refuse('holds bytes, which no document does')
      if (action === DELETE && count === 0) throw refuse('deletes nothing')
      const seen = count > 1 ? new Set<number>() : undefined
      for (let prior = 0; prior < count; prior++) {
        const replaces = older(priorCounter(), priorActor())
        if (replaces === undefined || !wroteThere(replaces, object, key)) throw refuse('replaces what did not write there')
        if (seen?.has(replaces)) throw refuse('replaces one operation twice')
        seen?.add(replaces)
        // In the document it never stood there, so nobody else replaces it.
        if (replaces % ACTORS === author && replaces >= idOf(startOperation, author)) written.delete(replaces)
      }
      if (action === MAKE_MAP) containers.set(id, 'map')
      if (action === MAKE_TEXT) containers.set(id, 'text')
      if (action !== DELETE && replaced.has(id)) written.set(id, { object, key })
    }
  }

  const containerAt = (object: number): 'map' | 'text' | undefined => {
    const made = containers.get(object)
    if (made) return made
    const type = present.typeOf(nameOf(object))
    if (type !== 'map' && type !== 'text') return undefined
    containers.set(object, type)
    return type
  }

  const noteCharacter = (id: number, text: number): void => {
    const own = stretches.get(id % ACTORS) ?? []
    const last = own.at(-1)
    if (last?.text === text && last.last + ACTORS === id) last.last = id
    else own.push({ first: id, last: id, text })
    stretches.set(id % ACTORS, own)
  }

  const holds = (text: number, character: number): boolean => {
    const own = stretches.get(character % ACTORS) ?? []
    const stretch = own[lastNotAbove(own.length, (place) => own[place]?.first, character)]
    if (stretch && character <= stretch.last) return stretch.text === text
    return present.holds(nameOf(text), nameOf(character))
  }

  const wroteThere = (id: number, object: number, key: Uint8Array): boolean => {
    const place = written.get(id)
    if (place) return place.object === object && equalBytes(place.key, key)
    return present.wrote(nameOf(id), object === ROOT ? '_root' : nameOf(object), textOf(key))
  }

  return { check }
}

const textOf = (key: Uint8Array): string => {
  try {
    return fromUtf8(key)
  } catch (cause) {
    throw new GateError('garbled', 'The key of an operation is not UTF-8.', { cause })
  }
}

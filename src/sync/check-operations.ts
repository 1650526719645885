import type { DecodedChange } from '../space/automerge.ts'
import { GateError } from './errors.ts'

/** Kinds of containers. Documents of this format hold maps alone. */
export type ObjectType = 'map' | 'list' | 'text'

/** An operation as Automerge decodes it; its types leave out what operations on lists and texts have. */
type Operation = DecodedChange['ops'][number] & { readonly elemId?: string; readonly insert?: boolean }

const ROOT = '_root'
const ACTIONS: ReadonlySet<string> = new Set(['set', 'del', 'makeMap'])

/** What the operations of a change may refer to. */
export interface Referred {
  /** A container that is in the document, or was made by a change of the same batch that was checked before. */
  typeOf(object: string): ObjectType | undefined
  /** Whether an operation that is there, or in the batch, wrote to this key of this container. */
  wrote(operation: string, object: string, key: string): boolean
}

export interface CheckedOperations {
  /** The containers that the change makes. */
  readonly objects: ReadonlyMap<string, ObjectType>
  /** Where each of its operations wrote, by `placeOf`. */
  readonly places: ReadonlyMap<string, string>
}

/** One key of one container. */
export const placeOf = (object: string, key: string): string => `${object}/${key}`

/**
 * Checks that every operation of a change fits what it refers to: a map that is there, and what it replaces is older, named once,
 * and was written to the same key of the same map. Automerge takes in more than that, and the saved document never loads again.
 * @throws {GateError} `bad-operation`
 */
export const checkOperations = ({ hash, actor, startOp, ops }: DecodedChange, referred: Referred): CheckedOperations => {
  const objects = new Map<string, ObjectType>()
  const places = new Map<string, string>()
  const refuse = (at: number, what: string) => new GateError('bad-operation', `Operation ${at} of the change ${hash} ${what}.`)
  ;(ops as Operation[]).forEach((operation, index) => {
    const { action, obj, key, elemId, insert, pred, value } = operation
    const counter = startOp + index
    if (!ACTIONS.has(action)) throw refuse(index, `does "${action}", which no document of this version holds`)
    const type = obj === ROOT ? 'map' : (objects.get(obj) ?? referred.typeOf(obj))
    if (type !== 'map' || (obj !== ROOT && counterOf(obj) >= counter))
      throw refuse(index, `writes into ${obj}, which is no map that is there`)
    if (typeof key !== 'string' || elemId !== undefined || insert) throw refuse(index, 'has no key')
    if (new Set(pred).size !== pred.length) throw refuse(index, 'replaces one operation twice')
    const place = placeOf(obj, key)
    for (const each of pred) {
      const here = places.get(each)
      if (!(counterOf(each) < counter) || !(here === undefined ? referred.wrote(each, obj, key) : here === place)) {
        throw refuse(index, `replaces ${each}, which did not write there`)
      }
    }
    if (action === 'del' && pred.length === 0) throw refuse(index, 'deletes nothing')
    if ((value as unknown) instanceof Uint8Array) throw refuse(index, 'holds bytes, which no document does')
    const id = `${counter}@${actor}`
    if (action === 'makeMap') objects.set(id, 'map')
    if (action !== 'del') places.set(id, place)
  })
  return { objects, places }
}

/** The counter of an operation's id, `12@actor`; NaN when it is none. */
const counterOf = (id: string): number => Number(/^(\d+)@/.exec(id)?.[1] ?? Number.NaN)

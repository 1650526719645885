import type { DecodedChange } from '../space/automerge.ts'
import { GateError } from './errors.ts'

/** Kinds of containers, as operations are checked against them. */
export type ObjectType = 'map' | 'list' | 'text'

/** An operation as Automerge decodes it; its types leave out what operations on lists and texts have. */
type Operation = DecodedChange['ops'][number] & { readonly elemId?: string; readonly insert?: boolean }

const MAKES: Readonly<Record<string, ObjectType>> = { makeMap: 'map', makeTable: 'map', makeList: 'list', makeText: 'text' }
const ROOT = '_root'
const HEAD = '_head'

/** What the operations of a change may refer to. */
export interface Referred {
  /** A container that is in the document, or was made by a change of the same batch that was checked before. */
  typeOf(object: string): ObjectType | undefined
  /** Whether an actor has written anything that is here, or in the batch. */
  knows(actor: string): boolean
}

/**
 * Checks that every operation of a change fits what it refers to: a container that is there, by a key of its kind; what it
 * replaces is older, named once, and there at all. Automerge accepts more than that, and the saved document never loads again.
 * @returns the containers that the change makes
 * @throws {GateError} `bad-operation`
 */
export const checkOperations = (
  { hash, actor, startOp, ops }: DecodedChange,
  referred: Referred,
): ReadonlyMap<string, ObjectType> => {
  const made = new Map<string, ObjectType>()
  const refuse = (at: number, what: string) => new GateError('bad-operation', `Operation ${at} of the change ${hash} ${what}.`)
  ;(ops as Operation[]).forEach((operation, index) => {
    const { action, obj, key, elemId, insert, pred, value } = operation
    const counter = startOp + index
    const type = obj === ROOT ? 'map' : (made.get(obj) ?? referred.typeOf(obj))
    if (type === undefined || (obj !== ROOT && counterOf(obj) >= counter))
      throw refuse(index, `writes into ${obj}, which is not there`)
    if (type === 'map' ? typeof key !== 'string' || insert : typeof elemId !== 'string')
      throw refuse(index, `has no place in a ${type}`)
    if (elemId !== undefined && elemId !== HEAD && !(counterOf(elemId) < counter))
      throw refuse(index, `stands behind ${elemId}, which is younger`)
    if (elemId === HEAD && !insert) throw refuse(index, 'replaces the beginning of a text')
    if (new Set(pred).size !== pred.length) throw refuse(index, 'replaces one operation twice')
    for (const each of pred) {
      const by = actorOf(each)
      if (!(counterOf(each) < counter) || !(by === actor || referred.knows(by)))
        throw refuse(index, `replaces ${each}, which is not there`)
    }
    if (insert && pred.length > 0) throw refuse(index, 'inserts and replaces at once')
    if (action === 'del' && pred.length === 0) throw refuse(index, 'deletes nothing')
    if ((value as unknown) instanceof Uint8Array) throw refuse(index, 'holds bytes, which no document does')
    const makes = MAKES[action]
    if (makes) made.set(`${counter}@${actor}`, makes)
  })
  return made
}

/** The counter of an operation's id, `12@actor`; NaN when it is none. */
const counterOf = (id: string): number => Number(/^(\d+)@/.exec(id)?.[1] ?? Number.NaN)
const actorOf = (id: string): string => id.slice(id.indexOf('@') + 1)

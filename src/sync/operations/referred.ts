import type { ChangeMetadata, Handle, Hash, Resident } from '../../space/automerge.ts'
import { lastNotAbove } from '../ancestry/last-not-above.ts'
import type { ObjectType, Referred } from './check-operations.ts'

/**
 * Answers from a document what the operations of one batch may refer to in it.
 * @param resident the document as it is now; it may be another one after a reload
 */
export const referredIn = (resident: () => Resident): Referred => {
  let changes: ChangeFinder | undefined
  return {
    typeOf: (object) => typeOf(resident().handle, object),
    /** One that stands there now is found at once; one that was replaced since is looked for as of the change that made it. */
    wrote(operation, object, key) {
      const { handle } = resident()
      if (standsThere(handle, operation, object, key)) return true
      // To list all changes takes tens of milliseconds in a long history, and each cell that was set on both sides asks.
      changes ??= changeFinder(handle.getChangesMeta([]))
      const change = changes(operation)
      return change !== undefined && standsThere(handle, operation, object, key, [change])
    },
    holds(text, character) {
      try {
        // A cursor is a character's id; one that was taken away still has its place.
        resident().handle.getCursorPosition(text, character)
        return true
      } catch {
        // Automerge knows no other question.
        return false
      }
    },
  }
}

const typeOf = (handle: Handle, object: string): ObjectType | undefined => {
  try {
    // Only a map can be asked for a key; nearly all are, and `objInfo` looks for the way to the root, a millisecond in large documents.
    handle.getAll(object, '')
    return 'map'
  } catch {
    // Automerge knows no question whether an object is there, but this one and the next.
  }
  try {
    const { type } = handle.objInfo(object)
    return type === 'table' ? 'map' : (type as ObjectType)
  } catch {
    return undefined
  }
}

const standsThere = (handle: Handle, operation: string, object: string, key: string, heads?: Hash[]): boolean => {
  try {
    // Its id stands last; before it stands the value, which may be a text that reads like one.
    return handle.getAll(object, key, heads).some((value) => value.at(-1) === operation)
  } catch {
    // The container is not there.
    return false
  }
}

/** Gives the change that made an operation. */
type ChangeFinder = (operation: string) => Hash | undefined

const changeFinder = (changes: readonly ChangeMetadata[]): ChangeFinder => {
  /** Of each actor, in the order in which it made them. */
  const byActor = new Map<string, ChangeMetadata[]>()
  for (const change of changes) {
    const own = byActor.get(change.actor)
    if (own) own.push(change)
    else byActor.set(change.actor, [change])
  }
  return (operation) => {
    const [, counter = '', actor = ''] = /^(\d+)@([0-9a-f]+)$/.exec(operation) ?? []
    const own = byActor.get(actor) ?? []
    const change = own[lastNotAbove(own.length, (place) => own[place]?.startOp, Number(counter))]
    return change && Number(counter) <= change.maxOp ? change.hash : undefined
  }
}

import type { ChangeMetadata, Handle, Hash, Resident } from '../../space/automerge.ts'
import { lastNotAbove } from '../ancestry/last-not-above.ts'
import type { ObjectType, Referred } from './check-operations.ts'

/**
 * Looks up in a document what the operations of one batch refer to.
 * @param resident the current document; a reload replaces it
 */
export const referredIn = (resident: () => Resident): Referred => {
  let changes: ChangeFinder | undefined
  return {
    typeOf: (object) => typeOf(resident().handle, object),
    /** Looks at the current values of the key first, then at its values as of the change that contains the operation. */
    wrote(operation, object, key) {
      const { handle } = resident()
      if (hasValueOf(handle, operation, object, key)) return true
      // Listing all changes takes tens of milliseconds in a long history, so do it once per batch.
      changes ??= changeFinder(handle.getChangesMeta([]))
      const change = changes(operation)
      return change !== undefined && hasValueOf(handle, operation, object, key, [change])
    },
    holds(text, character) {
      try {
        // A cursor is the id of a character. Deleted characters still have a position.
        resident().handle.getCursorPosition(text, character)
        return true
      } catch {
        // Automerge has no other way to look up a character.
        return false
      }
    },
  }
}

const typeOf = (handle: Handle, object: string): ObjectType | undefined => {
  try {
    // Nearly all objects are maps, and `getAll` with a key throws for others. `objInfo` takes 1 ms in large documents.
    handle.getAll(object, '')
    return 'map'
  } catch {
    // Not a map, or no object: `objInfo` decides.
  }
  try {
    const { type } = handle.objInfo(object)
    return type === 'table' ? 'map' : (type as ObjectType)
  } catch {
    return undefined
  }
}

const hasValueOf = (handle: Handle, operation: string, object: string, key: string, heads?: Hash[]): boolean => {
  try {
    // The last item is the id. The value before it may be a string that looks like an id.
    return handle.getAll(object, key, heads).some((value) => value.at(-1) === operation)
  } catch {
    // The container does not exist.
    return false
  }
}

/** Finds the change that contains an operation. */
type ChangeFinder = (operation: string) => Hash | undefined

const changeFinder = (changes: readonly ChangeMetadata[]): ChangeFinder => {
  /** For each actor, in order. */
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

import type { Handle } from '../automerge.ts'
import { changesOf, type LastChange, readChange } from './changes.ts'

/** The last change of a record, and whether others may have changed it concurrently. */
export interface LastWritten extends LastChange {
  /** Whether more than one actor wrote to it. Only then its cells can have concurrent edits. */
  readonly several: boolean
}

/** The last change of each record, by record id. */
export type LastChanges = ReadonlyMap<string, LastWritten>

/**
 * Finds the last change of each record. Reads every change, which takes several seconds for 100,000 imported records; yields after
 * each change so that other work can run.
 */
export function* lastChanges(handle: Handle): Generator<number, LastChanges> {
  const last = new Map<string, LastWritten & { readonly actor: string }>()
  for (const change of changesOf(handle)) {
    const { places, time, actor } = readChange(handle, change)
    for (const { place, last: before } of places) {
      if (place.in !== 'record') continue
      const known = last.get(place.record)
      const several = known !== undefined && (known.several || known.actor !== actor)
      const { time: at, device } = before ?? { time, device: actor.slice(0, 32) }
      last.set(place.record, { time: at, device, actor, several })
    }
    yield 0
  }
  return last
}

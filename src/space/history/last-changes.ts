import type { Handle } from '../automerge.ts'
import { changesOf, type LastChange, readChange } from './changes.ts'

/** Who wrote in a record last, and whether others may have done so at the same time. */
export interface LastWritten extends LastChange {
  /** Written in by more than one actor: only then its cells may hold values that were set apart. */
  readonly several: boolean
}

/** What is known of each record by the changes that wrote in it, by its id. */
export type LastChanges = ReadonlyMap<string, LastWritten>

/**
 * Finds the last change of each record. Reads every change: for 100,000 records that were imported, several seconds, with a turn
 * for others after each.
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

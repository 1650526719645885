import { bucketObject, mapsOf } from './containers.ts'
import { BUCKETS, isId } from './ids.ts'
import { everyTable } from './schema.ts'
import type { Space } from './space.ts'
import { prepare } from './write.ts'

/** Records for each place that is prepared. */
const APART = 4_000
/** Places that are prepared at most. */
const MOST = 64
/** Buckets that are looked into to find records that lie apart; ids are random, so that any are as good as others. */
const SAMPLED = 8
/** Every record has it: what matters is to replace something. */
const KEY = '~created'

/**
 * Prepares a document that was just loaded for edits anywhere in it: see `prepare`. Each step takes some milliseconds, and others
 * may have their turn in between; a step while a transaction is open is left out.
 */
export function* warmUp(space: Space): Generator<void> {
  const { handle } = space.resident
  const maps = mapsOf(handle)
  const objects: { readonly object: string; readonly at: number }[] = []
  let records = 0
  for (const { id } of everyTable(space.schema)) {
    for (let bucket = 0; bucket < BUCKETS.length; bucket += BUCKETS.length / SAMPLED) {
      const container = bucketObject(maps, space.containers, id, BUCKETS[bucket] as string)
      if (container === undefined) continue
      const ids = handle.keys(container).filter(isId)
      records += (ids.length * BUCKETS.length) / SAMPLED
      for (const record of ids) {
        const object = maps.map(container, record)
        // Operations lie in the order of their objects' numbers.
        if (object !== undefined) objects.push({ object, at: Number.parseInt(object, 10) })
      }
      yield
    }
  }
  const places = Math.min(MOST, Math.floor(records / APART))
  objects.sort((one, other) => one.at - other.at)
  for (let place = places - 1; place >= 0; place--) {
    const found = objects[Math.floor(((place + 0.5) * objects.length) / places)]
    if (found && handle.pendingOps() === 0) prepare(handle, found.object, KEY)
    yield
  }
}

import { bucketObject, mapsOf } from './containers.ts'
import { BUCKETS, isId } from './ids.ts'
import { everyTable } from './schema.ts'
import type { Space } from './space.ts'
import { prepare } from './write.ts'

/** Records per prepared position. */
const RECORDS_PER_POSITION = 4_000
/** Maximum number of prepared positions. */
const MOST = 64
/** Buckets to sample records from. Ids are random, so any buckets will do. */
const SAMPLED = 8
/** Every record has this key; only replacing some value matters. */
const KEY = '~created'

/**
 * Prepares a loaded document for edits anywhere in it: see `prepare`. Each step takes some milliseconds, and other work can run in
 * between. Steps during an open transaction are skipped.
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
        // Operations are sorted by the numbers of their objects.
        if (object !== undefined) objects.push({ object, at: Number.parseInt(object, 10) })
      }
      yield
    }
  }
  const places = Math.min(MOST, Math.floor(records / RECORDS_PER_POSITION))
  objects.sort((one, other) => one.at - other.at)
  for (let place = places - 1; place >= 0; place--) {
    const found = objects[Math.floor(((place + 0.5) * objects.length) / places)]
    if (found && handle.pendingOps() === 0) prepare(handle, found.object, KEY)
    yield
  }
}

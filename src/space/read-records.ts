import { bucketObject, mapsOf, recordObject } from './containers.ts'
import { BUCKETS, isId, type RecordId, type TableId } from './ids.ts'
import { flatOf } from './read-schema.ts'
import type { Space } from './space.ts'
import type { Scalar } from './value.ts'
import { toScalars } from './value-of.ts'

/** A record as its map has it; `cellOf` reads cells out of it. */
export interface StoredRecord {
  readonly id: RecordId
  readonly flat: Readonly<Record<string, Scalar>>
}

/** The records of one bucket; a purged one is left out. Notes the greatest order key. */
export const readBucket = (space: Space, table: TableId, bucket: string): StoredRecord[] => {
  const { handle } = space.resident
  const object = bucketObject(mapsOf(handle), space.containers, table, bucket)
  if (object === undefined) return []
  return Object.entries(handle.materialize(object) as Record<string, unknown>).flatMap(([id, map]) => {
    if (!isId(id) || typeof map !== 'object' || map === null) return []
    return [noteOrder(space, table, { id: id as RecordId, flat: toScalars(map as Record<string, unknown>) })]
  })
}

/** All records of a table, bucket by bucket, so that others may have their turn in between. */
export function* readTable(space: Space, table: TableId): Generator<StoredRecord[]> {
  for (const bucket of BUCKETS) yield readBucket(space, table, bucket)
}

/** One record, or undefined when it is purged or has not arrived. */
export const readRecord = (space: Space, table: TableId, id: RecordId): StoredRecord | undefined => {
  const { handle } = space.resident
  const object = recordObject(mapsOf(handle), space.containers, table, id)
  return object === undefined ? undefined : noteOrder(space, table, { id, flat: flatOf(handle, object) })
}

const noteOrder = (space: Space, table: TableId, record: StoredRecord): StoredRecord => {
  const order = record.flat['~order']
  const last = space.lastOrders.get(table)
  if (typeof order === 'string' && (last === undefined || order > last)) space.lastOrders.set(table, order)
  return record
}

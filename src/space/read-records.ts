import { bucketObject, mapsOf, recordObject } from './containers.ts'
import { deviceOf } from './device-of.ts'
import { BUCKETS, type FieldId, isId, type RecordId, type TableId } from './ids.ts'
import { flatOf } from './read-schema.ts'
import { everyTable } from './schema.ts'
import type { Space } from './space.ts'
import type { Scalar } from './value.ts'
import { toScalars } from './value-of.ts'
import { readGreatest } from './write.ts'

/** A record as stored in its map; `cellOf` reads its cells. */
export interface StoredRecord {
  readonly id: RecordId
  readonly flat: Readonly<Record<string, Scalar>>
  /** The device that created it: 16 bytes in hexadecimal, the prefix of its actor ids. */
  readonly by: string
}

/** The records of one bucket without purged ones. Updates the cached greatest order key and numbers. */
export const readBucket = (space: Space, table: TableId, bucket: string): StoredRecord[] => {
  const { handle } = space.resident
  const object = bucketObject(mapsOf(handle), space.containers, table, bucket)
  if (object === undefined) return []
  const trees = treesOf(space, table)
  return Object.entries(handle.materialize(object) as Record<string, unknown>).flatMap(([id, map]) => {
    if (!isId(id) || typeof map !== 'object' || map === null) return []
    const flat = toScalars(map as Record<string, unknown>)
    const record: StoredRecord = { id: id as RecordId, flat, by: makerOf(flat, handle.getWithType(object, id)?.[1]) }
    return [noteGreatest(space, table, trees.length === 0 ? record : withParents(space, table, trees, record))]
  })
}

/** All records of a table, bucket by bucket, so that other work can run in between. */
export function* readTable(space: Space, table: TableId): Generator<StoredRecord[]> {
  for (const bucket of BUCKETS) yield readBucket(space, table, bucket)
}

/** The number of records in a space, including the trash and purged records. */
export const countRecords = ({ resident: { handle }, containers, schema }: Space): number => {
  const maps = mapsOf(handle)
  const inTable = (table: TableId) =>
    BUCKETS.map((bucket) => bucketObject(maps, containers, table, bucket)).reduce(
      (sum, object) => sum + (object === undefined ? 0 : handle.length(object)),
      0,
    )
  return everyTable(schema).reduce((sum, { id }) => sum + inTable(id), 0)
}

/** One record, or undefined if it is purged or has not arrived. */
export const readRecord = (space: Space, table: TableId, id: RecordId): StoredRecord | undefined => {
  const { handle } = space.resident
  const object = recordObject(mapsOf(handle), space.containers, table, id)
  if (object === undefined) return undefined
  const flat = flatOf(handle, object)
  const record = { id, flat, by: makerOf(flat, object) }
  const trees = treesOf(space, table)
  return noteGreatest(space, table, trees.length === 0 ? record : withParents(space, table, trees, record))
}

/** The device that created a record. A fold stores it in the record, since the fold's own actor is no device. */
const makerOf = (flat: StoredRecord['flat'], object: unknown): string =>
  typeof flat['~by'] === 'string' ? flat['~by'] : deviceOf(String(object))

const treesOf = ({ schema }: Space, table: TableId): FieldId[] =>
  (everyTable(schema).find(({ id }) => id === table)?.fields ?? []).filter(({ type }) => type === 'tree').map(({ id }) => id)

/** Of concurrent move counters for one parent, the greatest applies, whichever operation won. */
const withParents = (space: Space, table: TableId, trees: readonly FieldId[], record: StoredRecord): StoredRecord => {
  const { handle } = space.resident
  const keys = Object.keys(record.flat).filter(
    (key) => typeof record.flat[key] === 'number' && trees.some((field) => key.startsWith(`${field}/`)),
  )
  const object = keys.length === 0 ? undefined : recordObject(mapsOf(handle), space.containers, table, record.id)
  if (object === undefined) return record
  const flat: Record<string, Scalar> = Object.assign(Object.create(null), record.flat)
  for (const key of keys) flat[key] = readGreatest(handle, object, key) ?? (flat[key] as Scalar)
  return { ...record, flat }
}

const noteGreatest = (space: Space, table: TableId, record: StoredRecord): StoredRecord => {
  const order = record.flat['~order']
  const last = space.lastOrders.get(table)
  // Only update a known last key: one record of a table does not tell which is last.
  if (typeof order === 'string' && last !== undefined && order > last) space.lastOrders.set(table, order)
  for (const [field, greatest] of space.lastNumbers) {
    const number = record.flat[field]
    if (typeof number === 'number' && number > greatest) space.lastNumbers.set(field, number)
  }
  return record
}

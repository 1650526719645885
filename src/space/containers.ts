import type { Actor, Handle, ObjectId } from './automerge.ts'
import { SpaceError } from './errors.ts'
import { BUCKETS, bucketOf, type FieldId, type RecordId, type TableId, type ViewId } from './ids.ts'
import { type NewMap, readMap, type Transaction } from './write.ts'

const NAMES = ['format', 'info', 'tables', 'fields', 'views', 'records'] as const

/**
 * The containers that a space's first change creates. They are found by object id, never by key, so that a later write to these
 * keys cannot hide them.
 */
export type Containers = Readonly<Record<(typeof NAMES)[number], ObjectId>>

/** The containers of a document whose first change has this actor: its operations 1 to 6, in the order of `NAMES`. */
export const containersOf = (actor: Actor): Containers =>
  Object.fromEntries(NAMES.map((name, index) => [name, `${index + 1}@${actor}`])) as Containers

/** Creates the containers, as the first operations of a space. @throws {SpaceError} `damaged` if the document is not empty */
export const makeContainers = (transaction: Transaction, actor: Actor): Containers => {
  const expected = containersOf(actor)
  for (const name of NAMES) {
    const made = transaction.make('/', name, {})
    if (made !== expected[name]) {
      throw new SpaceError(
        'damaged',
        `The first change of a space must make ${name} as ${expected[name]}; the document made ${made}.`,
      )
    }
  }
  return expected
}

/** A table's buckets. They are created together with the table (873 bytes), so that maps stay small and none is created twice. */
export const emptyBuckets = (): NewMap => Object.fromEntries(BUCKETS.map((bucket) => [bucket, {}]))

/** Reads containers; implemented by handles and by open transactions. */
type Maps = Pick<Transaction, 'map'>

export const mapsOf = (handle: Handle): Maps => ({
  map: (object, key) => readMap(handle, object, key),
})

export const tableObject = (maps: Maps, containers: Containers, table: TableId): ObjectId | undefined =>
  maps.map(containers.tables, table)

export const fieldObject = (maps: Maps, containers: Containers, field: FieldId): ObjectId | undefined =>
  maps.map(containers.fields, field)

export const viewObject = (maps: Maps, containers: Containers, view: ViewId): ObjectId | undefined =>
  maps.map(containers.views, view)

/** Looks the object id up each time: a cached one could point to a map that an applied change removed. */
export const bucketObject = (maps: Maps, containers: Containers, table: TableId, bucket: string): ObjectId | undefined => {
  const buckets = maps.map(containers.records, table)
  return buckets === undefined ? undefined : maps.map(buckets, bucket)
}

export const recordObject = (maps: Maps, containers: Containers, table: TableId, record: RecordId): ObjectId | undefined => {
  const bucket = bucketObject(maps, containers, table, bucketOf(record))
  return bucket === undefined ? undefined : maps.map(bucket, record)
}

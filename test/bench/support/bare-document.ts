/** The same document as an import makes, by Automerge's handle alone: what stands beside import, edit and sync. */
import { type Handle, ImmutableString, newResident } from '../../../src/space/automerge.ts'
import { BULK_RECORDS } from '../../../src/space/edits/bulk.ts'
import { BUCKETS, bucketOf, newId, type RecordId } from '../../../src/space/ids.ts'
import { orderKeys } from '../../../src/space/order/order.ts'
import type { Scalar } from '../../../src/space/value.ts'

/** Where the records of a bare document are. */
export const BARE_RECORDS = '/records'

/** An actor as the engine's are: 24 bytes. */
const ACTOR = '5a'.repeat(24)

interface BareRecord {
  readonly id: RecordId
  readonly bucket: string
  readonly content: object
}

/** Everything that can be made before the clock runs: ids, order keys, and values as the handle takes them. */
export const bareRecords = (rows: readonly (readonly (Scalar | undefined)[])[]): BareRecord[] => {
  const fields = (rows[0] ?? []).map(() => newId<never>() as string)
  const orders = orderKeys(rows.length)
  const batch = newId<never>() as string
  const created = 1_800_000_000
  return rows.map((row, index) => {
    const id = newId<RecordId>()
    const content: Record<string, unknown> = {
      '~order': new ImmutableString(orders[index] as string),
      '~created': created,
      '~batch': new ImmutableString(batch),
    }
    row.forEach((value, column) => {
      if (value !== undefined) content[fields[column] as string] = typeof value === 'string' ? new ImmutableString(value) : value
    })
    return { id, bucket: bucketOf(id), content }
  })
}

/** Writes them, in changes of as many records as an import's. @returns the handle; `free` it */
export const makeBare = (records: readonly BareRecord[]): Handle => {
  const { handle } = newResident(ACTOR)
  handle.putObjectFromHydrate('/', BARE_RECORDS.slice(1), Object.fromEntries(BUCKETS.map((bucket) => [bucket, {}])))
  handle.commit('', 1)
  const buckets = new Map(BUCKETS.map((bucket) => [bucket, objectAt(handle, recordsOf(handle), bucket)]))
  for (let at = 0; at < records.length; at += BULK_RECORDS) {
    for (const { id, bucket, content } of records.slice(at, at + BULK_RECORDS)) {
      handle.putObjectFromHydrate(buckets.get(bucket) ?? '', id, content)
    }
    handle.commit('', 1)
  }
  return handle
}

const recordsOf = (handle: Handle): string => objectAt(handle, '/', BARE_RECORDS.slice(1))

const objectAt = (handle: Handle, object: string, key: string): string => {
  const found = handle.getWithType(object, key)
  if (found?.[0] !== 'map') throw new Error(`The bare document has no map under ${key}.`)
  return found[1]
}

/** The object of one record of a bare document, and a key in it that holds a text. @param index which bucket to look into */
export const bareCell = (handle: Handle, index: number): { readonly object: string; readonly key: string } => {
  const bucket = objectAt(handle, recordsOf(handle), BUCKETS[index % BUCKETS.length] as string)
  const object = objectAt(handle, bucket, handle.keys(bucket)[0] as string)
  const key = handle.keys(object).find((each) => !each.startsWith('~'))
  if (key === undefined) throw new Error('A record of the bare document is empty.')
  return { object, key }
}

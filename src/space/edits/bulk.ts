import { SpaceError } from '../errors.ts'
import { bucketOf, type FieldId, newId, newIds, type RecordId, type TableId } from '../ids.ts'
import type { Ask } from '../lookups.ts'
import { orderKeys } from '../order/order.ts'
import { type Committed, commit, type Space } from '../space.ts'
import type { Scalar } from '../value.ts'
import type { NewMap } from '../write.ts'
import { applyEdits } from './apply-edits.ts'
import type { FieldInput } from './edits.ts'

/** Records per change of an import: about 0.5 MB. */
export const BULK_RECORDS = 5_000

/** An import in progress. Its table is hidden until `endBulk`. */
export interface Bulk {
  readonly table: TableId
  readonly fields: readonly FieldId[]
  readonly batch: string
}

/** A new table has no other records to look up. */
const nothingElse: Ask = (lookup) => {
  throw new Error(`An import into a new table asked for ${lookup.kind}.`)
}

/** Starts an import into a new table. */
export const beginBulk = (
  space: Space,
  name: string,
  fields: readonly FieldInput[],
  now: number,
): { readonly bulk: Bulk; readonly committed: Committed } => {
  const bulk: Bulk = { table: newId<TableId>(), fields: fields.map(() => newId<FieldId>()), batch: newId<never>() }
  const committed = commit(space, 'import', now, (transaction, recorder) => {
    const inputs = fields.map((field, index) => ({ ...field, id: bulk.fields[index] as FieldId }))
    applyEdits(
      { transaction, containers: space.containers, recorder, schema: space.schema, knows: space.knows, now, ask: nothingElse },
      [{ do: 'create-table', id: bulk.table, name, fields: inputs }],
    )
    recorder.put({ in: 'table', table: bulk.table }, '~batch', bulk.batch)
  })
  return { bulk, committed: expectChange(committed) }
}

/**
 * Adds at most `BULK_RECORDS` records as one change.
 * @param rows one value, or undefined, for every field of `bulk`
 */
export const addBulk = (
  space: Space,
  bulk: Bulk,
  rows: readonly (readonly (Scalar | undefined)[])[],
  now: number,
): Committed | undefined => {
  const ids = newIds<RecordId>(rows.length)
  const orders = orderKeys(rows.length, space.lastOrders.get(bulk.table))
  const made = new Map<RecordId, Readonly<Record<string, Scalar>>>()
  const committed = commit(space, 'import', now, (transaction) => {
    const buckets = transaction.map(space.containers.records, bulk.table)
    // No change is applied while a transaction is open, so the object ids stay valid.
    const objects = new Map<string, string | undefined>()
    const objectOf = (bucket: string) => {
      const known = objects.get(bucket)
      if (known !== undefined || buckets === undefined) return known
      const found = transaction.map(buckets, bucket)
      objects.set(bucket, found)
      return found
    }
    rows.forEach((row, index) => {
      const id = ids[index] as RecordId
      const content: Record<string, Scalar> = { '~order': orders[index] as string, '~created': now, '~batch': bulk.batch }
      row.forEach((value, column) => {
        if (value !== undefined) content[bulk.fields[column] as FieldId] = value
      })
      const bucket = objectOf(bucketOf(id))
      if (bucket === undefined) throw new SpaceError('damaged', `The table of this import has no bucket for ${id}.`)
      transaction.make(bucket, id, content as NewMap)
      made.set(id, content)
    })
  })
  if (committed === undefined) return undefined
  const last = orders.at(-1)
  if (last !== undefined) space.lastOrders.set(bulk.table, last)
  committed.touched.records.set(bulk.table, new Set(made.keys()))
  for (const [record, content] of made) committed.touched.known.set(record, content)
  return committed
}

/** Completes an import and shows its table; undoing the step removes the whole import. */
export const endBulk = (space: Space, bulk: Bulk, now: number): Committed =>
  expectChange(
    commit(space, 'import', now, (transaction, recorder) => {
      const table = transaction.map(space.containers.tables, bulk.table)
      if (table === undefined) throw new SpaceError('not-found', 'The table of this import was purged during the import.')
      transaction.put(table, `batch/${bulk.batch}`, 'done')
      // Undo puts the table into the trash, from which it can be restored.
      recorder.made({ in: 'table', table: bulk.table })
    }),
  )

/** Cancels an import: purges its table, fields and records. */
export const dropBulk = (space: Space, table: TableId, now: number): Committed | undefined =>
  commit(space, 'import', now, (transaction) => {
    const { containers } = space
    for (const field of transaction.keys(containers.fields)) {
      const object = transaction.map(containers.fields, field)
      if (object !== undefined && transaction.scalar(object, 'table') === table) transaction.put(containers.fields, field, now)
    }
    transaction.put(containers.tables, table, now)
    transaction.put(containers.records, table, now)
    return 'schema'
  })

const expectChange = (committed: Committed | undefined): Committed => {
  if (committed === undefined) throw new SpaceError('damaged', 'A change that begins or ends an import came out empty.')
  return committed
}

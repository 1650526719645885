/** RxDB over Dexie, its free store for browsers, with an index for the query; its replication between two databases. */
import {
  createRxDatabase,
  type RxCollection,
  type RxConflictHandler,
  type RxDatabase,
  type RxJsonSchema,
  rxStorageInstanceToReplicationHandler,
} from 'rxdb/plugins/core'
import { replicateRxCollection } from 'rxdb/plugins/replication'
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie'
import { newIds, type RecordId } from '../../../../src/space/ids.ts'
import { type WideCell, type WideRecord, wideRecords } from '../../support/wide-records.ts'
import { type Library, SHOWN } from './library.ts'

type Kept = WideRecord & { readonly id: string }
type Collection = RxCollection<Kept>

/** Documents written, and replicated, at once. */
const TOGETHER = 5_000

const text = (maxLength: number) => ({ type: 'string', maxLength }) as const
const number = (maximum: number, multipleOf: number) => ({ type: 'number', minimum: 0, maximum, multipleOf }) as const

const SCHEMA: RxJsonSchema<Kept> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: text(26),
    Name: text(100),
    City: text(40),
    State: text(40),
    Age: number(200, 1),
    Joined: text(10),
    Paid: number(1_000_000, 0.01),
    Note: text(200),
    Code: text(40),
    Score: number(1_000, 1),
    Member: { type: 'boolean' },
  },
  required: ['id', 'City', 'Age', 'Score'],
  indexes: [['City', 'Score']],
} as never

/** Cell by cell: what was edited here since both had the same, over what the other has. */
const byCell: RxConflictHandler<Kept> = {
  isEqual: (one, other) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other)),
  async resolve({ assumedMasterState: before, newDocumentState: here, realMasterState: there }) {
    const edited = Object.entries(here).filter(([field, cell]) => before?.[field] !== cell)
    return { ...there, ...Object.fromEntries(edited) }
  },
}

const sorted = (record: object) => Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1))

const opened = async (name: string): Promise<{ readonly database: RxDatabase; readonly records: Collection }> => {
  const database = await createRxDatabase({ name, storage: getRxStorageDexie(), multiInstance: false })
  const { records } = await database.addCollections({ records: { schema: SCHEMA, conflictHandler: byCell } })
  return { database, records: records as unknown as Collection }
}

/** Everything that one has and the other lacks, both ways; resolves when neither lacks anything. */
const replicate = async (one: Awaited<ReturnType<typeof opened>>, other: Awaited<ReturnType<typeof opened>>): Promise<void> => {
  const master = rxStorageInstanceToReplicationHandler(one.records.storageInstance, byCell, one.database.token)
  const replication = replicateRxCollection<Kept, unknown>({
    collection: other.records,
    replicationIdentifier: 'copies',
    live: false,
    waitForLeadership: false,
    pull: { batchSize: TOGETHER, handler: (checkpoint, count) => master.masterChangesSince(checkpoint, count) as never },
    push: { batchSize: TOGETHER, handler: (rows) => master.masterWrite(rows as never) as never },
  })
  replication.error$.subscribe((error) => console.error(error))
  await replication.awaitInitialReplication()
  await replication.awaitInSync()
  await replication.cancel()
}

export const rxdb = (): Library => {
  let one: Awaited<ReturnType<typeof opened>>
  const edit = async (records: Collection, record: string, field: string, value: string): Promise<void> => {
    const found = await records.findOne(record).exec()
    await found?.incrementalPatch({ [field]: value } as Partial<Kept>)
  }
  return {
    async fill(rows) {
      one = await opened('one')
      const made = await wideRecords(rows)
      const ids = newIds<RecordId>(rows)
      for (let at = 0; at < rows; at += TOGETHER) {
        const documents = made.slice(at, at + TOGETHER).map((cells, index) => ({ id: ids[at + index] ?? '', ...cells }))
        const { error } = await one.records.bulkInsert(documents as Kept[])
        if (error[0]) throw new Error(`RxDB refused a document: ${JSON.stringify(error[0])}`)
      }
    },
    async open() {
      one = await opened('one')
      const first = await one.records.find({ limit: SHOWN }).exec()
      return first.map((document) => ({ id: document.id, cells: document.toJSON() as WideRecord }))
    },
    ready: async () => undefined,
    async query({ city, age }) {
      const found = await one.records
        .find({
          selector: { City: city, Age: { $gte: age } } as never,
          sort: [{ City: 'asc' }, { Score: 'asc' }],
          index: ['City', 'Score'],
          limit: SHOWN,
        })
        .exec()
      return found.map((document) => document.toJSON() as WideRecord)
    },
    edit: (record, field, value) => edit(one.records, record, field, value),
    ids: async (count) => (await one.records.find({ limit: count }).exec()).map(({ id }) => id),
    async copies() {
      const other = await opened('other')
      await replicate(one, other)
      const both = [one, other] as const
      return {
        edit: (copy, record, field, value) => edit(both[copy].records, record, field, value),
        merge: () => replicate(one, other),
        cell: async (copy, record, field) =>
          (await both[copy].records.findOne(record).exec())?.get(field) as WideCell | undefined,
      }
    },
  }
}

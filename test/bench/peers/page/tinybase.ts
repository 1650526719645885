/** TinyBase: a mergeable store, kept whole by its persister for IndexedDB. */
import { createIndexes, type Indexes } from 'tinybase/indexes'
import { createMergeableStore, type MergeableStore } from 'tinybase/mergeable-store'
import { createIndexedDbPersister, type IndexedDbPersister } from 'tinybase/persisters/persister-indexed-db'
import { newIds, type RecordId } from '../../../../src/space/ids.ts'
import { type WideRecord, wideRecords } from '../../support/wide-records.ts'
import { type Library, SHOWN } from './library.ts'

const TABLE = 'records'
const CITIES = 'cities'

interface Kept {
  readonly store: MergeableStore
  readonly persister: IndexedDbPersister
}

const keptAs = (name: string): Kept => {
  const store = createMergeableStore()
  return { store, persister: createIndexedDbPersister(store, name) }
}

/** Rows by city, in each by score; kept up to date from then on. */
const indexed = (store: MergeableStore): Indexes =>
  createIndexes(store).setIndexDefinition(CITIES, TABLE, 'City', 'Score', undefined, (one, other) => Number(one) - Number(other))

export const tinybase = (): Library => {
  let one: Kept
  let indexes: Indexes | undefined
  return {
    async fill(rows) {
      one = keptAs('one')
      const ids = newIds<RecordId>(rows)
      one.store.setTable(TABLE, Object.fromEntries((await wideRecords(rows)).map((cells, at) => [ids[at] ?? '', { ...cells }])))
      await one.persister.save()
    },
    async open() {
      one = keptAs('one')
      await one.persister.load()
      const first = one.store.getSortedRowIds(TABLE, undefined, false, 0, SHOWN)
      return first.map((id) => ({ id, cells: one.store.getRow(TABLE, id) as WideRecord }))
    },
    ready: async () => undefined,
    async query({ city, age }) {
      indexes ??= indexed(one.store)
      const found: WideRecord[] = []
      for (const id of indexes.getSliceRowIds(CITIES, city)) {
        if (found.length === SHOWN) break
        const cells = one.store.getRow(TABLE, id) as WideRecord
        if (Number(cells.Age) >= age) found.push(cells)
      }
      return found
    },
    async edit(record, field, value) {
      one.store.setCell(TABLE, record, field, value)
      await one.persister.save()
    },
    ids: async (count) => one.store.getSortedRowIds(TABLE, undefined, false, 0, count),
    async copies() {
      const other = keptAs('other')
      other.store.merge(one.store)
      await other.persister.save()
      const both = [one, other] as const
      return {
        edit: async (copy, record, field, value) => void both[copy].store.setCell(TABLE, record, field, value),
        async merge() {
          one.store.merge(other.store)
          await Promise.all(both.map(({ persister }) => persister.save()))
        },
        cell: async (copy, record, field) => both[copy].store.getCell(TABLE, record, field) as string | undefined,
      }
    },
  }
}

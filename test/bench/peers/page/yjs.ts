/** Yjs with y-indexeddb: a map of maps; every update is kept as it is made. */
import { IndexeddbPersistence } from 'y-indexeddb'
import * as Y from 'yjs'
import { newIds, type RecordId } from '../../../../src/space/ids.ts'
import { type WideCell, type WideRecord, wideRecords } from '../../support/wide-records.ts'
import { written } from './durability.ts'
import { answer, type Library, SHOWN, take } from './library.ts'

type Records = Y.Map<Y.Map<WideCell>>

const opened = async (name: string): Promise<{ readonly doc: Y.Doc; readonly records: Records }> => {
  const doc = new Y.Doc()
  await new IndexeddbPersistence(name, doc).whenSynced
  return { doc, records: doc.getMap('records') }
}

function* plain(records: Records): Generator<WideRecord> {
  for (const record of records.values()) yield record.toJSON() as WideRecord
}

const set = (records: Records, record: string, field: string, value: string): void => {
  records.get(record)?.set(field, value)
}

export const yjs = (): Library => {
  let one: Awaited<ReturnType<typeof opened>>
  return {
    async fill(rows) {
      one = await opened('one')
      const made = await wideRecords(rows)
      const ids = newIds<RecordId>(rows)
      one.doc.transact(() => {
        for (const [at, cells] of made.entries()) one.records.set(ids[at] ?? '', new Y.Map<WideCell>(Object.entries(cells)))
      })
      await written()
    },
    async open() {
      one = await opened('one')
      return take(one.records, SHOWN).map(([id, record]) => ({ id, cells: record.toJSON() as WideRecord }))
    },
    ready: async () => undefined,
    query: async (asked) => answer(plain(one.records), asked),
    async edit(record, field, value) {
      set(one.records, record, field, value)
      await written()
    },
    ids: async (count) => take(one.records.keys(), count),
    async copies() {
      const other = await opened('other')
      Y.applyUpdate(other.doc, Y.encodeStateAsUpdate(one.doc))
      await written()
      const both = [one, other] as const
      return {
        edit: async (copy, record, field, value) => set(both[copy].records, record, field, value),
        async merge() {
          const [missing, missed] = [
            Y.encodeStateAsUpdate(one.doc, Y.encodeStateVector(other.doc)),
            Y.encodeStateAsUpdate(other.doc, Y.encodeStateVector(one.doc)),
          ]
          Y.applyUpdate(other.doc, missing)
          Y.applyUpdate(one.doc, missed)
          await written()
        },
        cell: async (copy, record, field) => both[copy].records.get(record)?.get(field),
      }
    },
  }
}

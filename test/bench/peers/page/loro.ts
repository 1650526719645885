/** Loro: a map of maps. It brings no store: what it exports is kept by hand, a snapshot and the updates after it, in strict transactions. */
import { LoroDoc, LoroMap, type VersionVector } from 'loro-crdt'
import { newIds, type RecordId } from '../../../../src/space/ids.ts'
import { type WideCell, type WideRecord, wideRecords } from '../../support/wide-records.ts'
import { written } from './durability.ts'
import { answer, type Library, SHOWN, take } from './library.ts'

const STORE = 'bytes'

const database = (name: string): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { autoIncrement: true })
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

const all = (kept: IDBDatabase): Promise<Uint8Array[]> =>
  new Promise((resolve, reject) => {
    const request = kept.transaction(STORE, 'readonly').objectStore(STORE).getAll()
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

type RecordMap = LoroMap<Record<string, WideCell>>

interface Kept {
  readonly doc: LoroDoc
  readonly records: LoroMap<Record<string, RecordMap>>
  /** Puts what is not on the disk yet there. */
  keep(): void
}

const opened = async (name: string): Promise<Kept> => {
  const kept = await database(name)
  const doc = new LoroDoc()
  const parts = await all(kept)
  if (parts.length > 0) doc.importBatch(parts)
  let version: VersionVector | undefined = parts.length > 0 ? doc.version() : undefined
  return {
    doc,
    records: doc.getMap('records') as Kept['records'],
    keep() {
      doc.commit()
      const bytes = version ? doc.export({ mode: 'update', from: version }) : doc.export({ mode: 'snapshot' })
      version = doc.version()
      kept.transaction(STORE, 'readwrite').objectStore(STORE).add(bytes)
    },
  }
}

const set = ({ records }: Kept, record: string, field: string, value: WideCell): void => {
  records.get(record)?.set(field, value)
}

export const loro = (): Library => {
  let one: Kept
  /** The records as plain objects, made for the first query and followed from then on. */
  let mirror: Record<string, WideRecord> | undefined
  const mirrored = (): Record<string, WideRecord> => {
    if (mirror) return mirror
    const made = one.records.toJSON() as Record<string, WideRecord>
    one.records.subscribe(({ events }) => {
      for (const { path, diff } of events) {
        const record = String(path[1])
        if (diff.type === 'map') made[record] = { ...made[record], ...(diff.updated as WideRecord) }
      }
    })
    mirror = made
    return made
  }
  return {
    async fill(rows) {
      one = await opened('one')
      const ids = newIds<RecordId>(rows)
      for (const [at, cells] of (await wideRecords(rows)).entries()) {
        const record = one.records.setContainer(ids[at] ?? '', new LoroMap<Record<string, WideCell>>())
        for (const [field, cell] of Object.entries(cells)) record.set(field, cell)
      }
      one.keep()
      await written()
    },
    async open() {
      one = await opened('one')
      return take(one.records.keys(), SHOWN).map((id) => ({ id, cells: one.records.get(id)?.toJSON() as WideRecord }))
    },
    ready: async () => undefined,
    query: async (asked) => answer(Object.values(mirrored()), asked),
    async edit(record, field, value) {
      set(one, record, field, value)
      one.keep()
      await written()
    },
    ids: async (count) => take(one.records.keys(), count),
    async copies() {
      const other = await opened('other')
      other.doc.import(one.doc.export({ mode: 'snapshot' }))
      other.keep()
      await written()
      const both = [one, other] as const
      return {
        async edit(copy, record, field, value) {
          set(both[copy], record, field, value)
          both[copy].keep()
        },
        async merge() {
          const [missing, missed] = [
            one.doc.export({ mode: 'update', from: other.doc.version() }),
            other.doc.export({ mode: 'update', from: one.doc.version() }),
          ]
          other.doc.import(missing)
          one.doc.import(missed)
          for (const each of both) each.keep()
          await written()
        },
        cell: async (copy, record, field) => both[copy].records.get(record)?.get(field),
      }
    },
  }
}

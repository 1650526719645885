/** automerge-repo by itself: one document, read as the plain objects that it keeps, in its adapter for IndexedDB. */
import wasm from '@automerge/automerge/automerge.wasm?url'
import { type AutomergeUrl, type DocHandle, ImmutableString, initializeWasm, Repo } from '@automerge/automerge-repo/slim'
import { IndexedDBStorageAdapter } from '@automerge/automerge-repo-storage-indexeddb'
import { newIds, type RecordId } from '../../../../src/space/ids.ts'
import { type WideCell, type WideRecord, wideRecords } from '../../support/wide-records.ts'
import { answer, type Library, SHOWN } from './library.ts'

/** Texts that nobody types in together. */
type Stored = Record<string, number | boolean | ImmutableString>

interface Space {
  readonly records: Record<string, Stored>
}

interface Kept {
  readonly repo: Repo
  readonly handle: DocHandle<Space>
}

/** Records in one change. */
const TOGETHER = 5_000
/** Where the page remembers the document. */
const PLACE = 'address'

const repoAs = (name: string): Repo => new Repo({ storage: new IndexedDBStorageAdapter(name), network: [] })

const stored = (cell: WideCell): Stored[string] => (typeof cell === 'string' ? new ImmutableString(cell) : cell)
const shown = (cell: Stored[string] | undefined): WideCell | undefined => (cell instanceof ImmutableString ? cell.val : cell)

const plain = (record: Stored): WideRecord =>
  Object.fromEntries(Object.entries(record).map(([field, cell]) => [field, shown(cell) as WideCell]))

const set = ({ handle }: Kept, record: string, field: string, value: string): void =>
  handle.change(({ records }) => {
    const cells = records[record]
    if (cells) cells[field] = stored(value)
  })

/** Only what is looked at is made plain. */
function* filterable({ handle }: Kept): Generator<WideRecord> {
  for (const record of Object.values(handle.doc().records))
    yield { City: shown(record.City) ?? '', Age: shown(record.Age) ?? 0, Score: shown(record.Score) ?? 0 }
}

export const automergeRepo = async (): Promise<Library> => {
  await initializeWasm(wasm)
  let one: Kept
  return {
    async fill(rows) {
      const repo = repoAs('one')
      const handle = repo.create<Space>({ records: {} })
      localStorage.setItem(PLACE, handle.url)
      const ids = newIds<RecordId>(rows)
      const made = (await wideRecords(rows)).map(
        (cells) => Object.fromEntries(Object.entries(cells).map(([field, cell]) => [field, stored(cell)])) as Stored,
      )
      for (let at = 0; at < rows; at += TOGETHER) {
        handle.change(({ records }) => {
          for (const [index, cells] of made.slice(at, at + TOGETHER).entries()) records[ids[at + index] ?? ''] = cells
        })
      }
      await repo.flush([handle.documentId])
    },
    async open() {
      const repo = repoAs('one')
      one = { repo, handle: await repo.find<Space>(localStorage.getItem(PLACE) as AutomergeUrl) }
      const { records } = one.handle.doc()
      const first = Object.keys(records).slice(0, SHOWN)
      return first.map((id) => ({ id, cells: plain(records[id] ?? {}) }))
    },
    ready: async () => undefined,
    query: async (asked) => answer(filterable(one), asked),
    async edit(record, field, value) {
      set(one, record, field, value)
      await one.repo.flush([one.handle.documentId])
    },
    ids: async (count) => Object.keys(one.handle.doc().records).slice(0, count),
    async copies() {
      const repo = repoAs('other')
      const other: Kept = { repo, handle: repo.clone(one.handle) }
      await repo.flush([other.handle.documentId])
      const both = [one, other] as const
      return {
        edit: async (copy, record, field, value) => set(both[copy], record, field, value),
        async merge() {
          other.handle.merge(one.handle)
          one.handle.merge(other.handle)
          await Promise.all(both.map(({ repo, handle }) => repo.flush([handle.documentId])))
        },
        cell: async (copy, record, field) => shown(both[copy].handle.doc().records[record]?.[field]),
      }
    },
  }
}

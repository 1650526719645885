import { toIndexRow } from '../../query/index/rows.ts'
import type { Hash } from '../../space/automerge.ts'
import { conflictsOf, keepsLost, wereSetApart } from '../../space/conflicts.ts'
import { placesSince } from '../../space/history/compare.ts'
import { BUCKETS, type RecordId, type SpaceId, type TableId } from '../../space/ids.ts'
import { readBucket, readRecord, type StoredRecord } from '../../space/read-records.ts'
import { everyTable, type Schema, type Table } from '../../space/schema.ts'
import type { Space } from '../../space/space.ts'
import { addPlace, newTouched, type Touched } from '../../space/touched.ts'
import { serial } from '../scheduling/serial.ts'
import { turn } from '../scheduling/turn.ts'
import type { Feed } from './feed.ts'
import { historyRows } from './history-rows.ts'
import type { IndexCopy } from './index-copy.ts'
import { cellsMayDiffer, isNewlyShown, tablesOf } from './schema-changes.ts'
import { WrittenRecords } from './written-records.ts'

/** Records per message: the index needs a few milliseconds for them, and answers windows between messages. */
const SLICE = 100

/** Above this many missed changes the index is filled again: reading the changes one by one would take longer. */
const MISSED_LIMIT = 5_000

/** Changes whose history is read before the event loop gets a turn. */
const HISTORY_SLICE = 20

/** The id of a temporary index next to a space's own, such as one of a past state. `@` occurs in no space id, so they never collide. */
export const temporaryIndexId = (space: SpaceId, what: string | number): SpaceId => `${space}@${what}` as SpaceId

/** The document to feed. It is read again for every message. */
export interface FedDocument {
  readonly id: SpaceId
  /** False while the document has not arrived from another device: its index must not look like an empty space. */
  readonly arrived?: boolean
  space(): Space
}

/** Keeps the index of one space equal to its document. */
export class IndexFeeder {
  readonly #document: FedDocument
  readonly #feed: Feed
  /** Keeps older rows from overtaking newer ones. */
  readonly #inTurn = serial()
  /** The schema that the index has. */
  #schema: Schema | undefined
  /** The heads of the document that the index represents. */
  #heads: readonly Hash[] = []
  /** The heads up to which the index has the history. */
  #historyHeads: readonly Hash[] = []
  /** Whether `complete` was sent. */
  #complete = false
  /** Whether cells may have been edited concurrently. Once true, it stays true. */
  #mayConflict = false
  /** Records with overwritten values from before the history was folded. */
  #withLostValues = newTouched()

  constructor(document: FedDocument, feed: Feed) {
    this.#document = document
    this.#feed = feed
  }

  /** Sends the whole document; resolves when all of it is in the index. */
  fill(): Promise<void> {
    return this.#inTurn(() => this.#fill())
  }

  /** Updates a restored copy of the index. Fills the index again when the document does not contain the heads of the copy. */
  follow({ heads, historyHeads, saved }: IndexCopy): Promise<void> {
    return this.#inTurn(async () => {
      const { handle } = this.#document.space().resident
      const missed = heads.every((head) => handle.getChangeMetaByHash(head)) ? handle.getChangesMeta([...heads]) : undefined
      if (missed === undefined || missed.length > MISSED_LIMIT) return this.#fill()
      const now = this.#currentHeads()
      this.#historyHeads = historyHeads
      this.#schema = saved.schema
      const touched = newTouched()
      const hashes = new Set(missed.map(({ hash }) => hash))
      for (const place of placesSince(handle, (hash) => !hashes.has(hash))) addPlace(touched, place)
      await this.#send({ ...touched, schema: true })
      await this.#sendComplete()
      await this.#feed.settled()
      this.#heads = now
    })
  }

  /** Sends what a change touched. */
  changed(touched: Touched): Promise<void> {
    const heads = this.#currentHeads()
    return this.#inTurn(async () => {
      await this.#send(touched)
      if (!this.#complete) await this.#sendComplete()
      this.#heads = heads
      if (this.#mayConflict) await this.#sendConflicts(touched.records)
    })
  }

  /** Sends the history that the index lacks, and marks conflicts. */
  sendHistory(): Promise<void> {
    return this.#inTurn(async () => {
      const heads = this.#currentHeads()
      const { handle } = this.#document.space().resident
      this.#mayConflict ||= wereSetApart(handle)
      // Patches do not mention overwritten values, so the changes themselves say which records they wrote in.
      const written = this.#mayConflict ? new WrittenRecords() : undefined
      const devices = this.#historyHeads.length === 0 ? 2 : 1
      let count = 0
      for (const rows of historyRows(handle, this.#historyHeads)) {
        await this.#feed.send({ kind: 'history', space: this.#document.id, rows })
        written?.add(rows)
        count += 1
        if (count % HISTORY_SLICE === 0) await turn()
      }
      this.#historyHeads = heads
      if (written) await this.#sendConflicts(written.by(devices))
    })
  }

  /** Runs `work` when the index has everything sent so far. @param work receives the heads of its rows and of its history */
  settled<T>(work: (heads: readonly Hash[], historyHeads: readonly Hash[]) => Promise<T>): Promise<T> {
    return this.#inTurn(() => work(this.#heads, this.#historyHeads))
  }

  #currentHeads(): Hash[] {
    return this.#document.space().resident.handle.getHeads()
  }

  async #fill(): Promise<void> {
    const heads = this.#currentHeads()
    await this.#feed.send({ kind: 'forget', space: this.#document.id })
    this.#complete = false
    this.#schema = undefined
    this.#historyHeads = []
    this.#withLostValues = newTouched()
    await this.#sendSchema()
    await this.#sendComplete()
    await this.#feed.settled()
    this.#heads = heads
    await this.#sendConflicts(this.#withLostValues.records)
  }

  async #sendComplete(): Promise<void> {
    if (this.#document.arrived === false) return
    this.#complete = true
    await this.#feed.send({ kind: 'complete', space: this.#document.id })
  }

  async #send({ schema, records, known }: Touched): Promise<void> {
    if (schema) await this.#sendSchema()
    for (const [table, touched] of records) await this.#sendRecords(table, [...touched], known)
  }

  /** Sends the schema if it differs, and the tables whose cells depend on the difference. */
  async #sendSchema(): Promise<void> {
    const { id } = this.#document
    const { schema, made } = this.#document.space()
    const before = this.#schema
    if (schema === before) return
    this.#schema = schema
    // Records of a table that was created here arrive with their own changes. Reading its 256 empty buckets would take 12 ms.
    const isEmpty = ({ id: table }: Table) => before !== undefined && !tablesOf(before).has(table) && made.has(table)
    const changed = everyTable(schema).filter((table) => !isEmpty(table) && cellsMayDiffer(before, table))
    const fresh = before === undefined ? [] : changed.filter((table) => isNewlyShown(before, schema, table))
    // Marked before the schema is sent: otherwise the index would show these tables half filled.
    for (const { id: table } of fresh) await this.#feed.send({ kind: 'filling', space: id, table, filling: true })
    await this.#feed.send({ kind: 'schema', space: id, schema })
    try {
      for (const table of changed) await this.#sendTable(table.id)
    } finally {
      for (const { id: table } of fresh) await this.#feed.send({ kind: 'filling', space: id, table, filling: false })
    }
  }

  async #sendTable(table: TableId): Promise<void> {
    let waiting: StoredRecord[] = []
    for (const bucket of BUCKETS) {
      const read = readBucket(this.#document.space(), table, bucket)
      for (const { id: record, flat } of read)
        if (keepsLost(flat)) addPlace(this.#withLostValues, { in: 'record', table, record })
      waiting.push(...read)
      if (waiting.length < SLICE) continue
      await this.#sendRows(table, waiting)
      waiting = []
    }
    await this.#sendRows(table, waiting)
  }

  async #sendRecords(table: TableId, touched: readonly RecordId[], known: Touched['known']): Promise<void> {
    // Known records were written by this device.
    const own = this.#document.space().resident.handle.getActorId().slice(0, 32)
    for (let at = 0; at < touched.length; at += SLICE) {
      const found = touched.slice(at, at + SLICE).map((record) => {
        const flat = known.get(record)
        return [record, flat ? { id: record, flat, by: own } : readRecord(this.#document.space(), table, record)] as const
      })
      await this.#sendRows(
        table,
        found.flatMap(([, record]) => record ?? []),
      )
      const gone = found.flatMap(([record, stored]) => (stored ? [] : record))
      if (gone.length > 0) await this.#feed.send({ kind: 'remove', space: this.#document.id, table, records: gone })
    }
  }

  async #sendRows(table: TableId, records: readonly StoredRecord[]): Promise<void> {
    for (let at = 0; at < records.length; at += SLICE) {
      // Read for every slice: the table may change meanwhile, and the index has the new schema by then.
      const definition = everyTable(this.#document.space().schema).find(({ id }) => id === table)
      if (!definition) return
      const rows = records.slice(at, at + SLICE).map((record) => toIndexRow(definition, record))
      await this.#feed.send({ kind: 'rows', space: this.#document.id, table, rows })
    }
  }

  /** Sends which cells of these records have conflicts, if any. */
  async #sendConflicts(written: Touched['records']): Promise<void> {
    for (const [table, records] of written) {
      const all = [...records]
      for (let at = 0; at < all.length; at += SLICE) {
        const marks = all.slice(at, at + SLICE).map((record) => ({
          record,
          fields: conflictsOf(this.#document.space(), table, record).map(({ field }) => field),
        }))
        await this.#feed.send({ kind: 'conflicts', space: this.#document.id, table, marks })
        if (at + SLICE < all.length) await turn()
      }
    }
  }
}

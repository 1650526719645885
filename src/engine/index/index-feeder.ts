import type { HistoryRow } from '../../query/history.ts'
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

/** Records in one message: the index takes a few milliseconds for them, and answers windows in between. */
const SLICE = 100

/** Changes beyond which a copy of the index is made anew: reading them one by one would take longer. */
const MISSED = 5_000

/** Changes whose history is read before others have their turn. */
const HISTORY_SLICE = 20

/** The id of a temporary index next to a space's own, such as one of a past state. `@` occurs in no space id, so they never collide. */
export const temporaryIndexId = (space: SpaceId, what: string | number): SpaceId => `${space}@${what}` as SpaceId

/** A document to show, as it is at the moment of asking. */
export interface Shown {
  readonly id: SpaceId
  /** False while the document is awaited from another device; an empty index of it says nothing. */
  readonly arrived?: boolean
  space(): Space
}

/** Keeps the index of one space equal to its document. */
export interface IndexFeeder {
  /** Reads everything; resolves when all of it is in the index. */
  fill(): Promise<void>
  /** Takes over what changed since a copy of the index was made, or everything when the document does not know these heads. */
  follow(copy: IndexCopy): Promise<void>
  changed(touched: Touched): Promise<void>
  /** Tells the index what was done by whom and when, as far as it does not know. */
  sendHistory(): Promise<void>
  /** Runs `work` when the index has all that was told so far, with the heads it then shows, and knows the history of. */
  settled<T>(work: (heads: readonly Hash[], told: readonly Hash[]) => Promise<T>): Promise<T>
}

export const indexFeeder = (session: Shown, feed: Feed): IndexFeeder => {
  const { id } = session
  let shown: Schema | undefined
  let shownHeads: readonly Hash[] = []
  /** The heads up to which the index knows the history. */
  let toldHeads: readonly Hash[] = []
  /** Whether the index was told that it holds all of the document. */
  let complete = false
  /** Whether cells of this document may have been set apart; once they may, they always may. */
  let apart = false
  /** Records of which a fold kept values that had lost; it left no history of them. */
  let lost = newTouched()

  /** What was read earlier must not arrive behind what was read later. */
  const inTurn = serial()

  const headsNow = (): Hash[] => session.space().resident.handle.getHeads()

  const tableNow = (table: TableId): Table | undefined => everyTable(session.space().schema).find((each) => each.id === table)

  const sendRows = async (table: TableId, records: readonly StoredRecord[]): Promise<void> => {
    for (let at = 0; at < records.length; at += SLICE) {
      // The table as it is at the moment of sending: the index has the same one by then.
      const definition = tableNow(table)
      if (!definition) return
      const rows = records.slice(at, at + SLICE).map((record) => toIndexRow(definition, record))
      await feed.send({ kind: 'rows', space: id, table, rows })
    }
  }

  const fillTable = async (table: TableId): Promise<void> => {
    let waiting: StoredRecord[] = []
    for (const bucket of BUCKETS) {
      const read = readBucket(session.space(), table, bucket)
      for (const { id: record, flat } of read) if (keepsLost(flat)) addPlace(lost, { in: 'record', table, record })
      waiting.push(...read)
      if (waiting.length < SLICE) continue
      await sendRows(table, waiting)
      waiting = []
    }
    await sendRows(table, waiting)
  }

  const readAgain = async (table: TableId, touched: readonly RecordId[], known: Touched['known']): Promise<void> => {
    // What is known was written here.
    const own = session.space().resident.handle.getActorId().slice(0, 32)
    for (let at = 0; at < touched.length; at += SLICE) {
      const found = touched.slice(at, at + SLICE).map((record) => {
        const flat = known.get(record)
        return [record, flat ? { id: record, flat, by: own } : readRecord(session.space(), table, record)] as const
      })
      await sendRows(
        table,
        found.flatMap(([, record]) => record ?? []),
      )
      const gone = found.flatMap(([record, stored]) => (stored ? [] : record))
      if (gone.length > 0) await feed.send({ kind: 'remove', space: id, table, records: gone })
    }
  }

  /** Sends the schema where it differs, and reads again the tables whose cells it shows otherwise. */
  const sendSchema = async (): Promise<void> => {
    const { schema } = session.space()
    if (schema === shown) return
    const before = shown
    shown = schema
    // The records of a table that was made here come with the changes that make them. Reading its 256 buckets takes 12 ms.
    const isEmpty = ({ id: table }: Table) =>
      before !== undefined && !tablesOf(before).has(table) && session.space().made.has(table)
    const changed = everyTable(schema).filter((table) => !isEmpty(table) && readsOtherwise(before, table))
    const fresh = before === undefined ? [] : changed.filter((table) => isNewlyShown(before, schema, table))
    // Marked before the schema arrives: with it the index would show the table, half filled.
    for (const { id: table } of fresh) await feed.send({ kind: 'filling', space: id, table, filling: true })
    await feed.send({ kind: 'schema', space: id, schema })
    try {
      for (const table of changed) await fillTable(table.id)
    } finally {
      for (const { id: table } of fresh) await feed.send({ kind: 'filling', space: id, table, filling: false })
    }
  }

  const take = async ({ schema, records, known }: Touched): Promise<void> => {
    if (schema) await sendSchema()
    for (const [table, touched] of records) await readAgain(table, [...touched], known)
  }

  /** Marks those of the records that have cells which were set apart, and takes the mark from the others. */
  const sendConflicts = async (written: Touched['records']): Promise<void> => {
    for (const [table, records] of written) {
      const all = [...records]
      for (let at = 0; at < all.length; at += SLICE) {
        const marks = all.slice(at, at + SLICE).map((record) => ({
          record,
          fields: conflictsOf(session.space(), table, record).map(({ field }) => field),
        }))
        await feed.send({ kind: 'conflicts', space: id, table, marks })
        if (at + SLICE < all.length) await turn()
      }
    }
  }

  const noteComplete = async (): Promise<void> => {
    if (session.arrived === false) return
    complete = true
    await feed.send({ kind: 'complete', space: id })
  }

  const fill = async (): Promise<void> => {
    const heads = headsNow()
    await feed.send({ kind: 'forget', space: id })
    complete = false
    shown = undefined
    toldHeads = []
    lost = newTouched()
    await sendSchema()
    await noteComplete()
    await feed.settled()
    shownHeads = heads
    await sendConflicts(lost.records)
  }

  return {
    fill: () => inTurn(fill),
    follow: ({ heads, told, saved }) =>
      inTurn(async () => {
        const { handle } = session.space().resident
        const missed = heads.every((head) => handle.getChangeMetaByHash(head)) ? handle.getChangesMeta([...heads]) : undefined
        if (missed === undefined || missed.length > MISSED) return fill()
        const now = headsNow()
        toldHeads = told
        shown = saved.schema
        const touched = newTouched()
        const covered = new Set(missed.map(({ hash }) => hash))
        for (const place of placesSince(handle, (hash) => !covered.has(hash))) addPlace(touched, place)
        await take({ ...touched, schema: true })
        await noteComplete()
        await feed.settled()
        shownHeads = now
      }),
    changed: (touched) => {
      const heads = headsNow()
      return inTurn(async () => {
        await take(touched)
        if (!complete) await noteComplete()
        shownHeads = heads
        if (apart) await sendConflicts(touched.records)
      })
    },
    sendHistory: () =>
      inTurn(async () => {
        const heads = headsNow()
        const { handle } = session.space().resident
        apart ||= wereSetApart(handle)
        // Patches say nothing of a value that lost, so the changes themselves are asked which records they wrote in.
        const written = apart ? writtenBy(toldHeads.length === 0 ? 2 : 1) : undefined
        let waiting = 0
        for (const rows of historyRows(handle, toldHeads)) {
          await feed.send({ kind: 'history', space: id, rows })
          written?.add(rows)
          waiting += 1
          if (waiting % HISTORY_SLICE === 0) await turn()
        }
        toldHeads = heads
        if (written) await sendConflicts(written.records())
      }),
    settled: (work) => inTurn(() => work(shownHeads, toldHeads)),
  }
}

/** Gathers the records that at least so many devices wrote in. */
const writtenBy = (atLeast: number) => {
  const devices = new Map<RecordId, { readonly table: TableId; readonly by: Set<string> }>()
  return {
    add(rows: readonly HistoryRow[]) {
      for (const { place, device } of rows) {
        if (place?.in !== 'record') continue
        const known = devices.get(place.record)
        if (known) known.by.add(device)
        else devices.set(place.record, { table: place.table, by: new Set([device]) })
      }
    },
    records(): Touched['records'] {
      const touched = newTouched()
      for (const [record, { table, by }] of devices) if (by.size >= atLeast) addPlace(touched, { in: 'record', table, record })
      return touched.records
    },
  }
}

/** Whether a table is shown now and was not before: it is new, or its import has just ended. */
const isNewlyShown = (before: Schema, now: Schema, { id }: Table): boolean =>
  now.tables.some((table) => table.id === id) && ![...before.tables, ...before.deleted.tables].some((table) => table.id === id)

/** Whether cells of a table may look otherwise than the index has them: it is new, or a field of it is of another kind. */
const readsOtherwise = (before: Schema | undefined, table: Table): boolean => {
  if (!before) return true
  const former = tablesOf(before).get(table.id)
  if (former === table) return false
  if (!former) return true
  if (JSON.stringify(former.batches) !== JSON.stringify(table.batches)) return true
  return table.fields.some((field) => {
    const known = former.fields.find(({ id }) => id === field.id)
    // A field that was not there may come from the trash, with values.
    if (!known) return before?.deleted.fields.some(({ id }) => id === field.id) ?? true
    return (
      known.type !== field.type ||
      known.many !== field.many ||
      known.settings.max !== field.settings.max ||
      known.attributes.length !== field.attributes.length ||
      (OPTIONS_READ.has(field.type) &&
        known.options !== field.options &&
        JSON.stringify(known.options) !== JSON.stringify(field.options))
    )
  })
}

const tablesById = new WeakMap<Schema, Map<TableId, Table>>()

const tablesOf = (schema: Schema): Map<TableId, Table> => {
  const known = tablesById.get(schema) ?? new Map(everyTable(schema).map((table) => [table.id, table]))
  tablesById.set(schema, known)
  return known
}

/** Types whose cells look otherwise when options change: their names are read, or their order, or what is in the trash left out. */
const OPTIONS_READ: ReadonlySet<string> = new Set(['text', 'long-text', 'choice', 'choices'])

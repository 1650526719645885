import { toIndexRow } from '../query/rows.ts'
import { BUCKETS, type RecordId, type TableId } from '../space/ids.ts'
import { readBucket, readRecord, type StoredRecord } from '../space/read-records.ts'
import { everyTable, type Schema, type Table } from '../space/schema.ts'
import type { Touched } from '../space/touched.ts'
import type { Feed } from './feed.ts'
import type { SpaceSession } from './space-session.ts'

/** Records in one message: the index takes a few milliseconds for them, and answers windows in between. */
const SLICE = 100

/** Keeps the index of one space equal to its document. */
export interface IndexFeeder {
  /** Reads everything; resolves when all of it is in the index. */
  fill(): Promise<void>
  changed(touched: Touched): Promise<void>
}

export const indexFeeder = (session: SpaceSession, feed: Feed): IndexFeeder => {
  const { id } = session
  let shown: Schema | undefined
  let last: Promise<void> = Promise.resolve()

  /** One after the other, or what was read earlier could arrive behind what was read later. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work, work)
    return last
  }

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
      waiting.push(...readBucket(session.space(), table, bucket))
      if (waiting.length < SLICE) continue
      await sendRows(table, waiting)
      waiting = []
    }
    await sendRows(table, waiting)
  }

  const readAgain = async (table: TableId, touched: readonly RecordId[], known: Touched['known']): Promise<void> => {
    for (let at = 0; at < touched.length; at += SLICE) {
      const found = touched.slice(at, at + SLICE).map((record) => {
        const flat = known.get(record)
        return [record, flat ? { id: record, flat } : readRecord(session.space(), table, record)] as const
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
    await feed.send({ kind: 'schema', space: id, schema })
    for (const table of everyTable(schema)) if (readsOtherwise(before, table)) await fillTable(table.id)
  }

  return {
    fill: () =>
      inTurn(async () => {
        await feed.send({ kind: 'forget', space: id })
        shown = undefined
        await sendSchema()
        await feed.settled()
      }),
    changed: ({ schema, records, known }) =>
      inTurn(async () => {
        if (schema) await sendSchema()
        for (const [table, touched] of records) await readAgain(table, [...touched], known)
      }),
  }
}

/** Whether cells of a table may look otherwise than the index has them: it is new, or a field of it is of another kind. */
const readsOtherwise = (before: Schema | undefined, table: Table): boolean => {
  const former = before && everyTable(before).find(({ id }) => id === table.id)
  if (!former) return true
  return table.fields.some((field) => {
    const known = former.fields.find(({ id }) => id === field.id)
    // A field that was not there may come from the trash, with values.
    if (!known) return before?.deleted.fields.some(({ id }) => id === field.id) ?? true
    return (
      known.type !== field.type ||
      known.many !== field.many ||
      (field.type === 'text' && known.options !== field.options && field.options.length > 0)
    )
  })
}

import type { Handle } from './automerge.ts'
import type { RecordId, TableId } from './ids.ts'
import type { DocumentPath } from './steps.ts'
import type { Scalar } from './value.ts'

/** A record's keys and values. */
type Flat = Readonly<Record<string, Scalar>>

/** What changes may have modified, and must be read again. */
export interface Touched {
  schema: boolean
  readonly records: Map<TableId, Set<RecordId>>
  /** Those of `records` whose new content is known, so that they need not be read again. */
  readonly known: Map<RecordId, Flat>
}

export const newTouched = (): Touched => ({ schema: false, records: new Map(), known: new Map() })

export const addPlace = (touched: Touched, place: DocumentPath): void => {
  if (place.in === 'record') addRecord(touched, place.table, place.record)
  else touched.schema = true
}

/** Patches only tell what to read again: there is no patch for the losing value of a conflict. */
export const addPatches = (touched: Touched, patches: ReturnType<Handle['diffIncremental']>): void => {
  for (const { path } of patches) {
    const [container, table, , record] = path
    if (container === 'records' && record !== undefined) addRecord(touched, table as TableId, record as RecordId)
    else touched.schema = true
  }
}

const addRecord = (touched: Touched, table: TableId, record: RecordId): void => {
  touched.known.delete(record)
  const records = touched.records.get(table)
  if (records) records.add(record)
  else touched.records.set(table, new Set([record]))
}

/** Adds `more` to `touched`. */
export const addTouched = (touched: Touched, more: Touched): void => {
  touched.schema ||= more.schema
  for (const [table, records] of more.records) for (const record of records) addRecord(touched, table, record)
  for (const [record, flat] of more.known) touched.known.set(record, flat)
}

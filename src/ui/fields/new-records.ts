import type { Edit, RecordId, TableId } from '../../engine/api/engine.ts'

/** A record that was created here and that the index may not have yet. */
export interface NewRecord {
  readonly id: RecordId
  readonly table: TableId
  /** `failed`: it could not be stored; its cells still show what was typed. */
  state: 'saving' | 'saved' | 'failed'
  /** Whether the index ever had the record: if it no longer has, the record was deleted. */
  indexed: boolean
}

/** In the order in which they were begun. */
const records = new Map<RecordId, NewRecord>()

let version = 0

/** Increases when a record is begun or forgotten. */
export const newRecordsVersion = (): number => version

const changed = (): void => {
  version += 1
  dispatchEvent(new Event('tessera-cell-saves'))
}

/** Begins a record; its first saved change creates it. */
export const beginRecord = (table: TableId, id: RecordId): void => {
  if (records.has(id)) return
  records.set(id, { id, table, state: 'saving', indexed: false })
  changed()
}

/** A record that was begun here, until the index has it. */
export const newRecord = (id: RecordId): NewRecord | undefined => records.get(id)

/** The records of a table that were begun here and that the index may not have yet, in order. */
export const newRecordsOf = (table: TableId): readonly NewRecord[] => [...records.values()].filter((each) => each.table === table)

/** Forgets a record because the index has it or because it was dropped. */
export const forgetNewRecord = (id: RecordId): void => {
  if (records.delete(id)) changed()
}

/**
 * The edits of a new record as one transaction that creates it. Set values become part of `create-record`, so that a table with
 * required fields accepts the record once all of them are typed.
 */
export const creatingEdits = ({ id, table }: NewRecord, edits: readonly Edit[]): Edit[] => {
  const values = edits.flatMap((edit) => (edit.do === 'set' ? [[edit.field, edit.value] as const] : []))
  // A newly created option must exist before the record.
  const schema = edits.filter((edit) => edit.do === 'update-field')
  const others = edits.filter((edit) => edit.do !== 'set' && edit.do !== 'update-field')
  return [...schema, { do: 'create-record', id, table, values: Object.fromEntries(values) }, ...others]
}

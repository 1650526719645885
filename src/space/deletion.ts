import { cellOf } from './cells/cell.ts'
import type { RecordId, TableId } from './ids.ts'
import type { StoredRecord } from './read-records.ts'
import type { Field, Table } from './schema.ts'
import { type ParentEdge, resolveTree } from './tree.ts'

/** The records of a table, including those in the trash. */
export interface TableRecords {
  readonly table: Table
  readonly records: readonly StoredRecord[]
}

const recordKey = (table: TableId, record: RecordId): string => `${table}/${record}`

/**
 * The records in the trash, as `table/record`. This is the smallest set that contains the records put there, every record whose
 * cascading link points only to records that are in the set or purged, and every descendant in a tree of a record of the set.
 * Restoring a record removes its mark, and records that were in the trash only because of it are restored too.
 *
 * This is the reference implementation; the index maintains the same set incrementally, and tests compare the two.
 */
export const deletedRecords = (all: readonly TableRecords[]): Set<string> => {
  const deleted = new Set<string>()
  const there = new Set(all.flatMap(({ table, records }) => records.map(({ id }) => recordKey(table.id, id))))
  /** For each dependent record and each rule: the records that it depends on. */
  const hanging: { readonly key: string; readonly on: readonly string[] }[] = []
  for (const { table, records } of all) {
    for (const { id, flat } of records) if (flat['~deleted'] !== undefined) deleted.add(recordKey(table.id, id))
    for (const field of table.fields) {
      if (isCascade(field)) {
        for (const { id, flat } of records) {
          const cell = cellOf(field, flat)
          if (cell?.kind === 'links' && cell.to.length > 0)
            hanging.push({ key: recordKey(table.id, id), on: cell.to.map((to) => recordKey(field.target as TableId, to)) })
        }
      } else if (field.type === 'tree') {
        for (const [child, parent] of resolveTree(edgesOf(field, records)))
          if (parent !== '') hanging.push({ key: recordKey(table.id, child), on: [recordKey(table.id, parent)] })
      }
    }
  }
  for (let grew = true; grew; ) {
    grew = false
    for (const { key, on } of hanging) {
      if (deleted.has(key) || !on.every((each) => deleted.has(each) || !there.has(each))) continue
      // A record whose links all point to records that never arrived stays.
      if (!on.some((each) => deleted.has(each))) continue
      deleted.add(key)
      grew = true
    }
  }
  return deleted
}

export const isCascade = ({ type, settings, target }: Field): boolean =>
  type === 'link' && settings.onDelete === 'cascade' && settings.inverse === undefined && target !== undefined

export const edgesOf = (field: Field, records: readonly StoredRecord[]): Map<RecordId, readonly ParentEdge[]> =>
  new Map(
    records.map(({ id, flat }) => {
      const cell = cellOf(field, flat)
      return [id, cell?.kind === 'parents' ? cell.parents : []]
    }),
  )

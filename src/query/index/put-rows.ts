import type { FieldId, RecordId, TableId } from '../../space/ids.ts'
import { everyTable, type Field, type Schema, type Table } from '../../space/schema.ts'
import { all, bulkStatement, run } from '../sqlite/sqlite.ts'
import { isFolded } from './define-schema.ts'
import { foldedColumn } from './fold.ts'
import { type IndexRow, storedFields } from './rows.ts'
import {
  columnName,
  deviceNumber,
  entryOf,
  foldedName,
  linkName,
  type SpaceIndex,
  tableName,
  tableOf,
  treeName,
} from './space-index.ts'
import { followTotals } from './totals.ts'

/** The columns of every row, except the devices, whose numbers are local to this index. */
export const OWN_COLUMNS = ['id', 'ord', 'deleted', 'marked', 'hidden', 'created'] as const

/** Inserts or replaces records. `rows` follow the order of the stored fields of `table` in `index.schema`. */
export const putRows = (index: SpaceIndex, table: Table, rows: readonly IndexRow[]): void => {
  const fields = storedFields(table)
  const known = new Set(index.columns.get(table.id))
  const kept = fields.filter(({ id }) => known.has(id))
  // A field that was a text before still has a folded column, which must be cleared.
  const folded = fields.flatMap((field, at) => (index.folded.get(table.id)?.has(field.id) ? [{ field, at }] : []))
  const names = [
    ...OWN_COLUMNS,
    'created_by',
    ...kept.map(({ id }) => columnName(id)),
    ...folded.map(({ field }) => foldedName(field.id)),
  ]
  notePending(index, table, fields, rows)
  const statement = bulkStatement(
    index.sqlite,
    index.database,
    `INSERT INTO ${tableName(table.id)} (${names.join()}) VALUES (${names.map(() => '?').join()})
     ON CONFLICT (id) DO UPDATE SET ${names
       .slice(1)
       .map((name) => `${name} = excluded.${name}`)
       .join()}`,
  )
  const put = () => {
    run(index.database, 'BEGIN')
    for (const { id, order, marked, batch, created, by, columns } of rows) {
      // Records of an unfinished import are neither shown nor in the trash.
      const deleted = batch !== undefined ? 2 : marked !== undefined ? 1 : 0
      statement.run([
        id,
        order,
        deleted,
        marked ?? null,
        batch ?? null,
        created,
        deviceNumber(index, by),
        ...(kept.length === fields.length ? columns : columns.filter((_, at) => known.has(fields[at]?.id as FieldId))),
        ...folded.map(({ field, at }) => (isFolded(index, field) ? foldedColumn(columns[at] ?? null, field.type) : null)),
      ])
    }
    putLinks(index, fields, rows)
    run(index.database, 'COMMIT')
  }
  try {
    followTotals(
      index,
      table.id,
      rows.map(({ id }) => id),
      put,
    )
  } finally {
    statement.finalize()
  }
}

const putLinks = (index: SpaceIndex, fields: readonly Field[], rows: readonly IndexRow[]): void => {
  for (const field of fields) {
    if (field.type !== 'link' && !index.links.has(field.id)) continue
    const name = linkName(field.id)
    const linked = rows.flatMap(({ id, links }) => links.filter((link) => link.field === field.id).map((link) => ({ id, link })))
    forget(
      index,
      name,
      'source',
      rows.map(({ id }) => id),
    )
    if (linked.length === 0) continue
    const names = ['source', 'place', 'target', 'space', ...field.attributes.map(({ id }) => columnName(id))]
    const statement = bulkStatement(
      index.sqlite,
      index.database,
      `INSERT INTO ${name} (${names.join()}) VALUES (${names.map(() => '?').join()})`,
    )
    try {
      for (const { id, link } of linked) statement.run([id, link.place, link.to, link.space ?? null, ...link.attributes])
    } finally {
      statement.finalize()
    }
  }
}

/** Deletes the rows whose `column` is one of `ids`; cheap for a table without such rows. */
const forget = ({ database }: SpaceIndex, table: string, column: string, ids: readonly RecordId[]): void => {
  if (all(database, `SELECT 1 FROM ${table} LIMIT 1`).length === 0) return
  all(database, `DELETE FROM ${table} WHERE ${column} IN (SELECT value FROM json_each(?))`, [JSON.stringify(ids)])
}

/** Marks the trees and the trash as pending where these rows may change them. */
const notePending = (index: SpaceIndex, table: Table, fields: readonly Field[], rows: readonly IndexRow[]): void => {
  const { pending } = index
  const searched = entryOf(pending.search, table.id, () => new Set<RecordId>())
  for (const { id } of rows) searched.add(id)
  for (const field of fields) {
    if (field.type !== 'tree') continue
    const changed = entryOf(pending.trees, field.id, () => new Set<RecordId>())
    const orphans = pending.orphans.get(field.id)
    for (const { id } of rows) {
      changed.add(id)
      for (const child of orphans?.get(id) ?? []) changed.add(child)
      orphans?.delete(id)
    }
  }
  if (!takesAlong(index.schema)) return
  const trash = entryOf(pending.trash, table.id, () => new Set<RecordId>())
  for (const { id } of rows) trash.add(id)
}

/** Whether this space has links or trees that send records to the trash together with others. */
export const takesAlong = (schema: Schema): boolean =>
  everyTable(schema).some(({ fields }) =>
    fields.some(({ type, settings }) => type === 'tree' || (type === 'link' && settings.onDelete === 'cascade')),
  )

/** Removes purged records, or all records of a table. */
export const removeRows = (index: SpaceIndex, table: TableId, records: readonly RecordId[] | 'all'): void => {
  if (!index.columns.has(table)) return
  const fields = tableOf(index, table)?.fields ?? []
  const owned = fields.filter(({ id }) => index.links.has(id)).map(({ id }) => [linkName(id), 'source'] as const)
  const trees = fields.filter(({ id }) => index.trees.has(id))
  if (records === 'all') {
    index.totals.clear()
    for (const [name] of [[tableName(table)], ...owned, ...trees.map(({ id }) => [treeName(id)] as const)])
      run(index.database, `DELETE FROM ${name}`)
    return
  }
  noteRemoved(index, table, trees, records)
  const searched = entryOf(index.pending.search, table, () => new Set<RecordId>())
  for (const id of records) searched.add(id)
  all(index.database, 'INSERT OR IGNORE INTO tessera_purged SELECT value FROM json_each(?)', [JSON.stringify(records)])
  followTotals(index, table, records, () => {
    for (const [name, column] of [[tableName(table), 'id'] as const, ...owned]) forget(index, name, column, records)
  })
  for (const { id } of trees) forget(index, treeName(id), 'id', records)
}

/** Marks the records as pending that were below a removed record or depended on it. */
const noteRemoved = (index: SpaceIndex, table: TableId, trees: readonly Field[], records: readonly RecordId[]): void => {
  const ids = JSON.stringify(records)
  const idsOf = (sql: string) => all(index.database, sql, [ids]).map(([id]) => id as RecordId)
  for (const { id } of trees) {
    const changed = entryOf(index.pending.trees, id, () => new Set<RecordId>())
    for (const child of idsOf(`SELECT id FROM ${treeName(id)} WHERE parent IN (SELECT value FROM json_each(?))`))
      changed.add(child)
  }
  if (!takesAlong(index.schema)) return
  for (const each of everyTable(index.schema)) {
    const trash = entryOf(index.pending.trash, each.id, () => new Set<RecordId>())
    for (const field of each.fields) {
      if (field.type !== 'link' || field.target !== table || !index.links.has(field.id)) continue
      for (const source of idsOf(`SELECT source FROM ${linkName(field.id)} WHERE target IN (SELECT value FROM json_each(?))`))
        trash.add(source)
    }
    if (each.id === table)
      for (const field of trees) for (const child of index.pending.trees.get(field.id) ?? []) trash.add(child)
  }
}

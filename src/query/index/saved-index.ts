import type { FieldId, RecordId, TableId } from '../../space/ids.ts'
import type { Schema } from '../../space/schema.ts'
import { isSearched, settleSearch } from '../search/search.ts'
import { all, run, type Sqlite } from '../sqlite/sqlite.ts'
import { settle } from './settle.ts'
import { indexOver, type SpaceIndex } from './space-index.ts'

/** Raised with every change of what stands in the index: a copy of another version is made anew. */
export const INDEX_VERSION = 9

/** An index as it is kept between two starts: SQLite's own bytes, and what stood beside them. */
export interface SavedIndex {
  readonly version: number
  readonly schema: Schema
  readonly bytes: Uint8Array
}

/** What cannot be read out of the tables. */
interface Beside {
  readonly columns: readonly (readonly [TableId, readonly FieldId[]])[]
  readonly folded: readonly (readonly [TableId, readonly FieldId[]])[]
  readonly links: readonly (readonly [FieldId, readonly FieldId[]])[]
  readonly trees: readonly FieldId[]
  readonly orphans: readonly (readonly [FieldId, readonly (readonly [string, readonly string[]])[]])[]
  readonly tangled: readonly FieldId[]
  readonly conflicts: readonly (readonly [RecordId, readonly FieldId[]])[]
}

/** The whole index as bytes; takes a fraction of a second for 100,000 records. */
export const saveIndex = (index: SpaceIndex): SavedIndex => {
  settle(index)
  if (isSearched(index)) settleSearch(index)
  const { sqlite, database, pending, columns, folded, links, trees, schema, conflicts } = index
  const beside: Beside = {
    columns: [...columns],
    folded: [...folded].map(([table, fields]) => [table, [...fields]]),
    links: [...links],
    trees: [...trees],
    orphans: [...pending.orphans].map(([field, waiting]) => [
      field,
      [...waiting].map(([parent, children]) => [parent, [...children]]),
    ]),
    tangled: [...pending.tangled],
    conflicts: [...conflicts],
  }
  run(database, 'CREATE TABLE IF NOT EXISTS beside (value TEXT); DELETE FROM beside')
  all(database, 'INSERT INTO beside VALUES (?)', [JSON.stringify(beside)])
  return { version: INDEX_VERSION, schema, bytes: sqlite.capi.sqlite3_js_db_export(database) }
}

/** @returns undefined when it is of another version, or does not open: an index is never trusted, only made anew */
export const restoreIndex = (sqlite: Sqlite, saved: SavedIndex): SpaceIndex | undefined => {
  if (saved.version !== INDEX_VERSION) return undefined
  const database = new sqlite.oo1.DB(':memory:')
  try {
    const { capi, wasm } = sqlite
    const pointer = wasm.allocFromTypedArray(saved.bytes)
    const flags = capi.SQLITE_DESERIALIZE_FREEONCLOSE | capi.SQLITE_DESERIALIZE_RESIZEABLE
    const { length } = saved.bytes
    database.checkRc(capi.sqlite3_deserialize(database.pointer as never, 'main', pointer, length, length, flags))
    const [row] = all(database, 'SELECT value FROM beside')
    const beside = JSON.parse(String(row?.[0])) as Beside
    const index = indexOver(sqlite, database)
    index.schema = saved.schema
    for (const [table, fields] of beside.columns) index.columns.set(table, [...fields])
    for (const [table, fields] of beside.folded) index.folded.set(table, new Set(fields))
    for (const [field, attributes] of beside.links) index.links.set(field, [...attributes])
    for (const field of beside.trees) index.trees.add(field)
    for (const [field, waiting] of beside.orphans)
      index.pending.orphans.set(field, new Map(waiting.map(([parent, children]) => [parent, new Set(children)])) as never)
    for (const field of beside.tangled) index.pending.tangled.add(field)
    for (const [record, fields] of beside.conflicts) index.conflicts.set(record, fields)
    return index
  } catch {
    // Damaged, or of another layout: the document is the truth.
    database.close()
    return undefined
  }
}

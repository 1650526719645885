import type { FieldId, RecordId, TableId } from '../../space/ids.ts'
import type { Schema } from '../../space/schema.ts'
import { isSearched, settleSearch } from '../search/search.ts'
import { all, run, type Sqlite } from '../sqlite/sqlite.ts'
import { settle } from './settle.ts'
import { indexOver, type SpaceIndex } from './space-index.ts'

/** Increase this whenever the content of the index changes. Saved copies of other versions are rebuilt. */
export const INDEX_VERSION = 9

/** An index saved between two starts: SQLite's bytes, and the schema. */
export interface SavedIndex {
  readonly version: number
  readonly schema: Schema
  readonly bytes: Uint8Array
}

/** The state of the index that cannot be derived from its tables. */
interface SavedState {
  readonly columns: readonly (readonly [TableId, readonly FieldId[]])[]
  readonly folded: readonly (readonly [TableId, readonly FieldId[]])[]
  readonly links: readonly (readonly [FieldId, readonly FieldId[]])[]
  readonly trees: readonly FieldId[]
  readonly orphans: readonly (readonly [FieldId, readonly (readonly [string, readonly string[]])[]])[]
  readonly tangled: readonly FieldId[]
  readonly conflicts: readonly (readonly [RecordId, readonly FieldId[]])[]
}

/** Serialises the whole index; takes a fraction of a second for 100,000 records. */
export const saveIndex = (index: SpaceIndex): SavedIndex => {
  settle(index)
  if (isSearched(index)) settleSearch(index)
  const { sqlite, database, pending, columns, folded, links, trees, schema, conflicts } = index
  const state: SavedState = {
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
  all(database, 'INSERT INTO beside VALUES (?)', [JSON.stringify(state)])
  return { version: INDEX_VERSION, schema, bytes: sqlite.capi.sqlite3_js_db_export(database) }
}

/** @returns undefined for a copy of another version or a damaged copy; the caller then rebuilds the index */
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
    const state = JSON.parse(String(row?.[0])) as SavedState
    const index = indexOver(sqlite, database)
    index.schema = saved.schema
    for (const [table, fields] of state.columns) index.columns.set(table, [...fields])
    for (const [table, fields] of state.folded) index.folded.set(table, new Set(fields))
    for (const [field, attributes] of state.links) index.links.set(field, [...attributes])
    for (const field of state.trees) index.trees.add(field)
    for (const [field, waiting] of state.orphans)
      index.pending.orphans.set(field, new Map(waiting.map(([parent, children]) => [parent, new Set(children)])) as never)
    for (const field of state.tangled) index.pending.tangled.add(field)
    for (const [record, fields] of state.conflicts) index.conflicts.set(record, fields)
    return index
  } catch {
    // Damaged or of another layout. Nothing is lost: the index is derived from the document.
    database.close()
    return undefined
  }
}

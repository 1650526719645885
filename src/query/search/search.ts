import type { RecordId, TableId } from '../../space/ids.ts'
import { type Field, livingTables, type Schema, type Table } from '../../space/schema.ts'
import { QueryError } from '../errors.ts'
import { newCompiling } from '../fields/compiling.ts'
import { labelSql, showsFormerLinks, textSql } from '../fields/field-sql.ts'
import { foldLoosely } from '../index/fold.ts'
import { knowOptions } from '../index/options-table.ts'
import type { Column } from '../index/rows.ts'
import { isStored } from '../index/rows.ts'
import { settle } from '../index/settle.ts'
import { entryOf, linkName, type SpaceIndex, tableName } from '../index/space-index.ts'
import { all, run } from '../sqlite/sqlite.ts'

export interface SearchHit {
  readonly table: TableId
  readonly record: RecordId
  readonly label: string
  /** The text around the match, which is enclosed in `\u0001` and `\u0002`. */
  readonly snippet: string
}

/** Maximum number of hits per answer. */
export const SEARCH_LIMIT = 50
/** Maximum number of records that a window with a search considers. */
const WINDOW_HITS = 10_000
/** Maximum number of hits that are ranked; for frequent words, the first ones found. */
const CANDIDATES = 1_000
/** Maximum length of a search text, in characters. */
const LONGEST = 200

/**
 * - `tessera_found`: the record of each row of the full-text index, and its displayed text.
 * - `tessera_words`: the full-text index; its text is that of the row with the same number.
 */
const TABLES = `CREATE TABLE IF NOT EXISTS main.tessera_found (number INTEGER PRIMARY KEY, tab TEXT, id TEXT UNIQUE, label TEXT, body TEXT);
  CREATE VIRTUAL TABLE IF NOT EXISTS main.tessera_words USING fts5(label, body, content='tessera_found', content_rowid='number',
    tokenize="unicode61 remove_diacritics 2", detail=column);
  CREATE TABLE IF NOT EXISTS main.tessera_searched (fields TEXT)`

/** The fields and option names that the index depends on. If they change, the index is rebuilt. */
const searchedFields = ({ schema }: SpaceIndex): string =>
  JSON.stringify(
    livingTables(schema).map(({ id, primary, fields }) => [
      id,
      primary,
      fields
        .filter(({ type }) => SEARCHED.has(type))
        .map((field) => [field.id, field.type, field.options.map(({ name }) => name)]),
    ]),
  )

const compared = new WeakMap<SpaceIndex, Schema>()

/** Whether the full-text index exists and matches the current fields. */
const isUpToSchema = (index: SpaceIndex): boolean => {
  if (!isSearched(index)) return false
  if (compared.get(index) === index.schema) return true
  return all(index.database, 'SELECT fields FROM tessera_searched')[0]?.[0] === searchedFields(index)
}

/** Records per transaction when the full-text index is built. */
const SLICE = 1_000

/** The searchable text of a record: its readable fields, as displayed. */
const bodySql = (index: SpaceIndex, table: Table): string => {
  const compiling = newCompiling(index)
  const parts = table.fields
    .filter((field) => isStored(field) && SEARCHED.has(field.type))
    .map((field) => textSql(compiling, field, 'r'))
  return parts.length === 0 ? "''" : `concat_ws(char(10), ${parts.slice(0, 500).join()})`
}

const SEARCHED: ReadonlySet<string> = new Set([
  'text',
  'long-text',
  'number',
  'choice',
  'choices',
  'date',
  'url',
  'email',
  'phone',
  'file',
  'auto-number',
])

/**
 * Builds the full-text index on first use, then updates it with the changes since the last call.
 * @param slices maximum number of slices of 1,000 records; building the whole index takes longer than a window may wait
 * @returns whether the index is up to date
 */
export const settleSearch = (index: SpaceIndex, slices = Number.POSITIVE_INFINITY): boolean => {
  const { database, pending } = index
  settle(index)
  knowOptions(index)
  const isMade = isUpToSchema(index)
  compared.set(index, index.schema)
  if (isMade) noteRenamed(index)
  else beginSearch(index)
  const tables = new Map(livingTables(index.schema).map((table) => [table.id, table]))
  let left = slices
  for (const [id, records] of pending.search) {
    const table = tables.get(id)
    while (records.size > 0) {
      if (left <= 0) return false
      left -= 1
      const slice = firstOf(records, SLICE)
      run(database, 'BEGIN')
      dropRecords(index, slice)
      if (table) addRecords(index, table, slice)
      run(database, 'COMMIT')
      for (const record of slice) records.delete(record)
    }
    pending.search.delete(id)
  }
  return true
}

/** Marks records as pending whose text fields show names of changed records. */
const noteRenamed = (index: SpaceIndex): void => {
  const { pending, database } = index
  const showing = (field: Field) => SEARCHED.has(field.type) && showsFormerLinks({ index }, field)
  for (const { id, fields } of livingTables(index.schema)) {
    for (const field of fields.filter(showing)) {
      const renamed = field.target && pending.search.get(field.target)
      if (!renamed || renamed.size === 0) continue
      const sources = all(database, `SELECT source FROM ${linkName(field.id)} WHERE target IN (SELECT value FROM json_each(?))`, [
        JSON.stringify([...renamed]),
      ])
      const searched = entryOf(pending.search, id, () => new Set<RecordId>())
      for (const [source] of sources) searched.add(source as RecordId)
    }
  }
}

const firstOf = (records: ReadonlySet<RecordId>, count: number): RecordId[] => {
  const first: RecordId[] = []
  for (const record of records) {
    if (first.length === count) break
    first.push(record)
  }
  return first
}

/** Creates an empty full-text index and marks every record as pending. */
const beginSearch = (index: SpaceIndex): void => {
  const { database, pending, columns } = index
  run(
    database,
    `DROP TABLE IF EXISTS main.tessera_words; DROP TABLE IF EXISTS main.tessera_found; ${TABLES}; DELETE FROM tessera_searched`,
  )
  all(database, 'INSERT INTO tessera_searched VALUES (?)', [searchedFields(index)])
  pending.search.clear()
  for (const { id } of livingTables(index.schema)) {
    if (!columns.has(id)) continue
    pending.search.set(id, new Set(all(database, `SELECT id FROM ${tableName(id)}`).map(([record]) => record as RecordId)))
  }
}

/** Whether there is a full-text index. Before the first search there is nothing to update. */
export const isSearched = ({ database }: SpaceIndex): boolean =>
  all(database, "SELECT 1 FROM main.sqlite_schema WHERE name = 'tessera_words'").length > 0

const addRecords = (index: SpaceIndex, table: Table, ids: readonly RecordId[]): void => {
  const { database } = index
  const compiling = newCompiling(index)
  const wanted = JSON.stringify(ids)
  all(
    database,
    `INSERT OR IGNORE INTO tessera_found (tab, id, label, body)
     SELECT '${table.id}', r.id, ${labelSql(compiling, table, 'r')}, ${bodySql(index, table)} FROM ${tableName(table.id)} AS r WHERE r.id IN (SELECT value FROM json_each(?))`,
    [wanted],
  )
  all(
    database,
    `INSERT INTO tessera_words (rowid, label, body) SELECT number, label, body FROM tessera_found WHERE id IN (SELECT value FROM json_each(?))`,
    [wanted],
  )
}

const dropRecords = ({ database }: SpaceIndex, ids: readonly RecordId[]): void => {
  const wanted = JSON.stringify(ids)
  all(
    database,
    `INSERT INTO tessera_words (tessera_words, rowid, label, body)
     SELECT 'delete', number, label, body FROM tessera_found WHERE id IN (SELECT value FROM json_each(?))`,
    [wanted],
  )
  all(database, 'DELETE FROM tessera_found WHERE id IN (SELECT value FROM json_each(?))', [wanted])
}

/** A full-text query that matches each word as a prefix. Words are quoted so that none is parsed as an operator. */
const matchOf = (search: string): string | undefined => {
  const words = foldLoosely(search.slice(0, LONGEST)).match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  return words.length === 0 ? undefined : words.map((word) => `"${word}"*`).join(' ')
}

const checked = (search: string): string => {
  if (search.length > LONGEST) throw new QueryError('bad-value', `At most ${LONGEST} characters can be searched for.`)
  return search.trim()
}

/** A condition on rows of `tessera_found`: the record exists outside the trash, in one of these tables. */
const aliveSql = (tables: readonly Table[]): string =>
  `CASE f.tab ${tables.map(({ id }) => `WHEN '${id}' THEN (SELECT deleted FROM ${tableName(id)} AS r WHERE r.id = f.id)`).join(' ')} END = 0`

/**
 * Searches all tables for words with these prefixes, best matches first. Without a match, searches for the text anywhere.
 * The first search builds the index.
 */
export const search = (index: SpaceIndex, wanted: string, limit = SEARCH_LIMIT, within?: TableId): SearchHit[] => {
  const text = checked(wanted)
  const tables = index.schema.tables.filter(({ id }) => index.columns.has(id) && (within === undefined || id === within))
  if (text === '' || tables.length === 0) return []
  settleSearch(index)
  const most = Math.max(0, Math.min(SEARCH_LIMIT, Math.floor(limit)))
  const hits = hitsOf(index, text, tables, most)
  return hits.map(([tab, id, label, snippet]) => ({
    table: tab as TableId,
    record: id as RecordId,
    label: String(label),
    snippet: String(snippet),
  }))
}

const SNIPPET = "snippet(tessera_words, -1, char(1), char(2), '…', 12)"

const hitsOf = (index: SpaceIndex, text: string, tables: readonly Table[], most: number): Column[][] => {
  const { database } = index
  const match = matchOf(text)
  const alive = aliveSql(tables)
  const found = match === undefined ? [] : ranked(index, match, alive, most)
  if (found.length > 0) return found
  return all(
    database,
    `SELECT f.tab, f.id, f.label, ${aroundSql} FROM tessera_found AS f WHERE f.label || char(10) || f.body LIKE ?2 ESCAPE '\\' AND ${alive} ORDER BY f.number LIMIT ${most}`,
    [text, `%${text.replace(/[\\%_]/g, '\\$&')}%`],
  )
}

/** A snippet around the match of a text. */
const aroundSql = `substr(f.label || char(10) || f.body, max(1, instr(lower(f.label || char(10) || f.body), lower(?1)) - 30), 80)`

/** Ranking scores every hit of a word, so a frequent word is not ranked. */
const ranked = ({ database }: SpaceIndex, match: string, alive: string, most: number): Column[][] => {
  const common = all(
    database,
    `SELECT count(*) FROM (SELECT rowid FROM tessera_words WHERE tessera_words MATCH ? LIMIT ${CANDIDATES})`,
    [match],
  )
  const order = Number(common[0]?.[0]) < CANDIDATES ? 'ORDER BY bm25(tessera_words, 10, 1)' : ''
  return all(
    database,
    `SELECT f.tab, f.id, f.label, ${SNIPPET} FROM tessera_words CROSS JOIN tessera_found AS f ON f.number = tessera_words.rowid
     WHERE tessera_words MATCH ? AND ${alive} ${order} LIMIT ${most}`,
    [match],
  )
}

/** The records of one table that match a search, unordered. */
export const recordsFound = (index: SpaceIndex, table: TableId, wanted: string): RecordId[] => {
  const text = checked(wanted)
  settleSearch(index)
  const match = matchOf(text)
  const { database } = index
  const words =
    match === undefined
      ? []
      : all(
          database,
          `SELECT f.id FROM tessera_words CROSS JOIN tessera_found AS f ON f.number = tessera_words.rowid WHERE tessera_words MATCH ? AND f.tab = ? LIMIT ${WINDOW_HITS}`,
          [match, table],
        )
  const rest =
    words.length > 0
      ? []
      : all(
          database,
          `SELECT f.id FROM tessera_found AS f WHERE f.tab = ? AND f.label || char(10) || f.body LIKE ? ESCAPE '\\' LIMIT ${WINDOW_HITS}`,
          [table, `%${text.replace(/[\\%_]/g, '\\$&')}%`],
        )
  return [...new Set([...words, ...rest].map(([id]) => id as RecordId))]
}

import { QueryError } from '../errors.ts'
import { FORMULA_FUNCTIONS } from '../fields/formula.ts'
import type { Column } from '../index/rows.ts'
import { settle } from '../index/settle.ts'
import type { SpaceIndex } from '../index/space-index.ts'
import { BOUNDED, BOUNDED_PREFIX } from '../sqlite/bounded-functions.ts'
import { type Action, guarded, MemoryLimitError, type Permission } from '../sqlite/guard.ts'
import type { Database, Sqlite } from '../sqlite/sqlite.ts'
import { commonTablesOf, sqlTokens, withBoundedCalls } from './sql-tokens.ts'
import { RESERVED, type SqlViews, sqlViews } from './sql-views.ts'

export interface SqlLimits {
  readonly rows: number
  readonly milliseconds: number
}

export interface SqlResult {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Column[])[]
  /** Whether there were more rows than `rows`. */
  readonly truncated: boolean
}

/** Maximum length of a statement, in characters. */
const LONGEST = 100_000
/** Maximum number of prepared statements in the cache. */
const KEPT = 20

type Statement = ReturnType<Database['prepare']>
const prepared = new WeakMap<Database, Map<string, Statement>>()

/**
 * Runs one SELECT over the views described in `docs/formats/query.md`. The statement cannot read anything else, cannot write, and
 * is interrupted after the time limit.
 * @throws {QueryError} `sql-refused` for anything but a permitted SELECT, `sql-failed` with SQLite's message, `too-long`
 */
export const runSql = (index: SpaceIndex, sql: string, { rows: most, milliseconds }: SqlLimits): SqlResult => {
  if (sql.length > LONGEST)
    throw new QueryError('sql-refused', `The statement has ${sql.length} characters; at most ${LONGEST} are possible.`)
  if (sql.includes('\0')) throw new QueryError('sql-refused', 'The statement contains a NUL character. Remove it.')
  settle(index)
  const views = sqlViews(index)
  const refused: string[] = []
  const tokens = sqlTokens(sql)
  const commonTables = commonTablesOf(tokens)
  try {
    return guarded(index, { may: mayRead(index.sqlite, views, commonTables, refused), milliseconds }, () =>
      read(index, statementOf(index, withBoundedCalls(tokens, commonTables)), Math.max(0, Math.floor(most))),
    )
  } catch (error) {
    throw said(error, index.sqlite, refused, milliseconds)
  }
}

// Uses SQLite's C API, because the object-oriented API logs every failing statement to the console.
const read = ({ database, sqlite: { capi } }: SpaceIndex, statement: Statement, most: number): SqlResult => {
  const pointer = statement.pointer as number
  try {
    const columns = statement.getColumnNames([]).map(withoutPrefix)
    const rows: Column[][] = []
    for (;;) {
      const code = capi.sqlite3_step(pointer) as number
      if (code === capi.SQLITE_DONE) return { columns, rows, truncated: false }
      if (code !== capi.SQLITE_ROW) database.checkRc(code)
      if (rows.length === most) return { columns, rows, truncated: true }
      rows.push(columns.map((_, at) => toColumn(capi.sqlite3_column_js(pointer, at))))
    }
  } finally {
    capi.sqlite3_reset(pointer)
  }
}

/** Restores the function names of the original statement; see `withBoundedCalls`. */
const withoutPrefix = (text: string): string => text.replaceAll(BOUNDED_PREFIX, '')

/** Integers beyond 2⁵³ are returned as text, blobs in hexadecimal. */
const toColumn = (value: unknown): Column => {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (value instanceof Uint8Array) return [...value].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return value === undefined ? null : (value as Column)
}

const statementOf = ({ sqlite, database }: SpaceIndex, sql: string): Statement => {
  const kept = prepared.get(database) ?? new Map<string, Statement>()
  prepared.set(database, kept)
  const known = kept.get(sql)
  if (known) {
    kept.delete(sql)
    kept.set(sql, known)
    return known
  }
  if (countStatements(sqlite, database, sql) !== 1)
    throw new QueryError('sql-refused', 'One statement at a time: a single SELECT.')
  const statement = database.prepare(sql)
  const { capi } = sqlite
  const pointer = statement.pointer as number
  if (capi.sqlite3_stmt_isexplain(pointer) !== 0 || !capi.sqlite3_stmt_readonly(pointer) || statement.columnCount === 0) {
    statement.finalize()
    throw new QueryError('sql-refused', 'Only SELECT can be run here.')
  }
  kept.set(sql, statement)
  for (const [oldest, each] of kept) {
    if (kept.size <= KEPT) break
    kept.delete(oldest)
    each.finalize()
  }
  return statement
}

/** Counts the statements in a text, up to two. */
const countStatements = ({ capi, wasm }: Sqlite, database: Database, sql: string): number =>
  wasm.scopedAllocCall(() => {
    const [text, length] = wasm.scopedAllocCString(sql, true) as [number, number]
    const [statement, tail] = wasm.scopedAllocPtr(2, true) as [number, number]
    let count = 0
    for (let at = text; count < 2 && at < text + length; ) {
      database.checkRc(capi.sqlite3_prepare_v3(database.pointer as number, at, text + length - at, 0, statement, tail))
      const pointer = wasm.peekPtr(statement) as number
      if (pointer) {
        count += 1
        capi.sqlite3_finalize(pointer)
      }
      at = wasm.peekPtr(tail) as number
    }
    return count
  })

/** Functions permitted in addition to those of formulas: aggregates, window functions, and those that the views use. */
const FUNCTIONS: ReadonlySet<string> = new Set([
  ...[...FORMULA_FUNCTIONS].filter((name) => !BOUNDED.has(name)),
  ...[...BOUNDED].map((name) => `${BOUNDED_PREFIX}${name}`),
  ...`avg count group_concat string_agg sum total median percentile percentile_cont percentile_disc row_number rank dense_rank
   percent_rank cume_dist ntile lag lead first_value last_value nth_value random changes hex quote char
   json json_array json_array_length json_extract json_group_array json_group_object json_object json_type json_valid json_quote
   -> ->> likelihood likely unlikely subtype`.split(/\s+/),
])

const mayRead = (
  { capi }: Sqlite,
  { shown, hidden }: SqlViews,
  commonTables: ReadonlySet<string>,
  refused: string[],
): Permission => {
  const mayTake = ({ one, two, database, origin }: Action): boolean =>
    hidden.has(origin) ||
    (database === 'temp' && shown.has(one)) ||
    (hidden.has(one) && shown.has(origin)) ||
    one === 'json_each' ||
    one === 'json_tree' ||
    // A common table expression of which no column is read. Another table of that name would reveal no more than its row count.
    (two === '' && database === '' && !RESERVED.test(one) && commonTables.has(one.toLowerCase()))
  return (asked) => {
    const { action, one, two, origin } = asked
    if (action === capi.SQLITE_SELECT || action === capi.SQLITE_RECURSIVE) return true
    if (action === capi.SQLITE_FUNCTION && (hidden.has(origin) || FUNCTIONS.has(two.toLowerCase()))) return true
    if (action === capi.SQLITE_READ && mayTake(asked)) return true
    refused.push(
      action === capi.SQLITE_FUNCTION
        ? `the function "${two}"`
        : action === capi.SQLITE_READ
          ? `the table "${one}"`
          : 'anything but reading',
    )
    return false
  }
}

const said = (error: unknown, { capi, SQLite3Error }: Sqlite, refused: readonly string[], milliseconds: number): unknown => {
  if (error instanceof MemoryLimitError)
    return new QueryError('sql-failed', `${error.message} Narrow it with WHERE, or select fewer columns.`, { cause: error })
  if (!(error instanceof SQLite3Error)) return error
  const options = { cause: error }
  const code = error.resultCode & 0xff
  if (code === capi.SQLITE_INTERRUPT)
    return new QueryError('too-long', `The statement was stopped after ${milliseconds} ms.`, options)
  if (refused[0] !== undefined)
    return new QueryError('sql-refused', `Not possible here: ${refused[0]}. Only SELECT over the listed tables.`, options)
  const message = withoutPrefix(error.message.replace(/^.*?sqlite3? ?(?:result )?(?:rc|code) \d+: /i, ''))
  return new QueryError('sql-failed', message, options)
}

import type { SpaceIndex } from '../index/space-index.ts'
import { isTimeUp, withDeadline } from './deadline.ts'
import type { Database, Sqlite } from './sqlite.ts'

/** An action of a statement. The meaning of `one` and `two` depends on the action; see SQLite's `sqlite3_set_authorizer`. */
export interface Action {
  readonly action: number
  readonly one: string
  readonly two: string
  readonly database: string
  /** The innermost view or common table expression that requires the action. */
  readonly origin: string
}

export type Permission = (asked: Action) => boolean

export interface Guard {
  /** Undefined permits everything, for statements of the index itself. */
  readonly may?: Permission
  /** Time limit in milliseconds, after which the statement fails with SQLITE_INTERRUPT. */
  readonly milliseconds: number
  /** Checks the clock more often, for expressions written by users. Always so if `may` is given. */
  readonly fine?: boolean
}

interface Watch {
  may: Permission | undefined
}

const watches = new WeakMap<Database, Watch>()

interface Handler {
  /** Steps between two checks. */
  readonly steps: number
  readonly mustStop: () => boolean
}

/** The progress handler of each database that has one. */
const handlers = new WeakMap<Database, Handler>()

/** Steps of SQLite's virtual machine between two checks of the clock. A step that reads a long text takes 0.1 ms. */
const STEPS = 500
/** The same for user statements, where a step may create a text of `LONGEST` bytes: 1 to 10 ms. */
const STEPS_OF_PEOPLE = 50

/** Maximum bytes of a text or blob in a guarded statement. A cell holds at most a million characters of four bytes. */
const LONGEST = 4_100_000
/** Matching a longer hostile pattern against a hostile text takes too long. */
const LONGEST_PATTERN = 500

/** Memory limit of a user statement: SQLite sorts all rows in one step, which cannot be interrupted. */
const MOST_MEMORY = 256 * 1024 * 1024

/** Thrown when a user statement needs more than 256 MiB of memory. */
export class MemoryLimitError extends Error {
  override readonly name = 'MemoryLimitError'
}

/** Bytes that SQLite has allocated, for all its databases. */
const memoryUsed = ({ capi, wasm }: Sqlite): number =>
  wasm.scopedAllocCall(() => {
    const [used, highest] = wasm.scopedAllocPtr(2, true) as [number, number]
    wasm.exports.sqlite3_status?.(capi.SQLITE_STATUS_MEMORY_USED, used, highest, 0)
    return wasm.peek32(used) as number
  })

/**
 * Runs `work` with limits on the statements it prepares: permitted actions, time, and size of values. Calls may be nested; an inner
 * call ends no later than the deadline of the outer one.
 */
export const guarded = <T>(index: SpaceIndex, { may, milliseconds, fine = may !== undefined }: Guard, work: () => T): T => {
  const { database, sqlite } = index
  const { capi } = sqlite
  const pointer = database.pointer as number
  const watch = may === undefined ? undefined : watchOf(index)
  const former = watch?.may
  if (watch) watch.may = may
  const limits = [
    [capi.SQLITE_LIMIT_LENGTH, LONGEST],
    [capi.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LONGEST_PATTERN],
    ...(may === undefined ? [] : ([[capi.SQLITE_LIMIT_EXPR_DEPTH, 200]] as const)),
  ] as const
  const before = limits.map(([limit, value]) => capi.sqlite3_limit(pointer, limit, value))
  const outer = handlers.get(database)
  const steps = fine ? STEPS_OF_PEOPLE : STEPS
  const most = may === undefined ? Number.POSITIVE_INFINITY : memoryUsed(sqlite) + MOST_MEMORY
  let isTooLarge = false
  const mustStop = () => {
    isTooLarge ||= may !== undefined && memoryUsed(sqlite) > most
    return isTooLarge || isTimeUp()
  }
  // The handler checks the innermost deadline. A nested call replaces it only to check more often.
  const isReplaced = outer === undefined || steps < outer.steps
  const handle = (handler: Handler) => {
    handlers.set(database, handler)
    capi.sqlite3_progress_handler(pointer, handler.steps, () => (handler.mustStop() ? 1 : 0), 0)
  }
  if (isReplaced) handle({ steps, mustStop: () => outer?.mustStop() === true || mustStop() })
  try {
    return withDeadline(performance.now() + milliseconds, work)
  } catch (error) {
    if (isTooLarge) throw new MemoryLimitError('The statement needs more than 256 MiB of memory.', { cause: error })
    throw error
  } finally {
    if (isReplaced && outer) handle(outer)
    else if (isReplaced) {
      handlers.delete(database)
      capi.sqlite3_progress_handler(pointer, 0, 0, 0)
    }
    for (const [at, [limit]] of limits.entries()) capi.sqlite3_limit(pointer, limit, before[at] ?? -1)
    if (watch) watch.may = former
  }
}

/** One authorizer for the lifetime of the database: setting another would recompile all prepared statements. */
const watchOf = ({ database, sqlite: { capi } }: SpaceIndex): Watch => {
  const known = watches.get(database)
  if (known) return known
  const watch: Watch = { may: undefined }
  capi.sqlite3_set_authorizer(
    database.pointer as number,
    (_, action, one, two, where, origin) =>
      watch.may === undefined ||
      watch.may({ action, one: one || '', two: two || '', database: where || '', origin: origin || '' })
        ? 0
        : capi.SQLITE_DENY,
    0,
  )
  watches.set(database, watch)
  return watch
}

import type { SpaceIndex } from '../index/space-index.ts'
import { isTimeUp, withDeadline } from './deadline.ts'
import type { Database, Sqlite } from './sqlite.ts'

/** Something that a statement does: what stands in `one` and `two` depends on the action, see SQLite's `sqlite3_set_authorizer`. */
export interface Action {
  readonly action: number
  readonly one: string
  readonly two: string
  readonly database: string
  /** The innermost view, or common table expression, that it does it for. */
  readonly origin: string
}

export type Permission = (asked: Action) => boolean

export interface Guard {
  /** Undefined: what the index itself wrote, and may do. */
  readonly may?: Permission
  /** After so many milliseconds the statement ends with SQLITE_INTERRUPT. */
  readonly milliseconds: number
}

interface Watch {
  may: Permission | undefined
}

const watches = new WeakMap<Database, Watch>()

/** Databases with a progress handler. */
const handled = new WeakSet<Database>()

/** Steps of SQLite's machine between two looks at the clock: a step that reads a long text takes a tenth of a millisecond. */
const STEPS = 500
/** The same for statements of people, of which a step may make a text of `LONGEST` bytes: 1 to 10 ms. */
const STEPS_OF_PEOPLE = 50

/** The longest text or blob that a guarded statement may make; a cell holds at most a million characters, of four bytes. */
const LONGEST = 4_100_000
/** Above this, matching a hostile pattern against a hostile text takes longer than anybody waits. */
const LONGEST_PATTERN = 500

/** Memory that a statement written by a person may take: SQLite sorts all of it in one step, which nothing interrupts. */
const MOST_MEMORY = 256 * 1024 * 1024

/** Thrown when a statement written by a person needs more than 256 MiB of memory. */
export class MemoryLimitError extends Error {
  override readonly name = 'MemoryLimitError'
}

/** Bytes that SQLite has allocated, in all its databases. */
const memoryUsed = ({ capi, wasm }: Sqlite): number =>
  wasm.scopedAllocCall(() => {
    const [used, highest] = wasm.scopedAllocPtr(2, true) as [number, number]
    wasm.exports.sqlite3_status?.(capi.SQLITE_STATUS_MEMORY_USED, used, highest, 0)
    return wasm.peek32(used) as number
  })

/**
 * Runs `work` so that the statements it prepares may do only what is allowed, end in time and make nothing huge. Calls may nest:
 * an inner one ends at the outer one's deadline at the latest.
 */
export const guarded = <T>(index: SpaceIndex, { may, milliseconds }: Guard, work: () => T): T => {
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
  const isOuter = !handled.has(database)
  const most = may === undefined ? Number.POSITIVE_INFINITY : memoryUsed(sqlite) + MOST_MEMORY
  let isTooLarge = false
  const mustStop = () => {
    isTooLarge ||= may !== undefined && memoryUsed(sqlite) > most
    return isTooLarge || isTimeUp()
  }
  // One handler for the outermost and all within it: it asks for the innermost deadline.
  if (isOuter) {
    handled.add(database)
    capi.sqlite3_progress_handler(pointer, may === undefined ? STEPS : STEPS_OF_PEOPLE, () => (mustStop() ? 1 : 0), 0)
  }
  try {
    return withDeadline(performance.now() + milliseconds, work)
  } catch (error) {
    if (isTooLarge) throw new MemoryLimitError('The statement needs more than 256 MiB of memory.', { cause: error })
    throw error
  } finally {
    if (isOuter) {
      handled.delete(database)
      capi.sqlite3_progress_handler(pointer, 0, 0, 0)
    }
    for (const [at, [limit]] of limits.entries()) capi.sqlite3_limit(pointer, limit, before[at] ?? -1)
    if (watch) watch.may = former
  }
}

/** One authoriser for the life of the database: setting another would have every prepared statement prepared again. */
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

import { QueryError } from '../errors.ts'
import type { SpaceIndex } from '../index/space-index.ts'
import { BOUNDED, BOUNDED_PREFIX } from '../sqlite/bounded-functions.ts'
import { guarded } from '../sqlite/guard.ts'
import type { Database } from '../sqlite/sqlite.ts'
import { compileFormula, FORMULA_FUNCTIONS } from './formula.ts'

const known = new WeakMap<Database, Map<string, string | undefined>>()

/** Formulas whose result is cached. */
const KEPT = 1_000

/**
 * Has SQLite compile a formula with an authorizer that permits only calls of pure functions. This catches whatever the tokenizer
 * accepted by mistake, and anything that is not an expression.
 * @throws {QueryError} `bad-formula` with the reason
 */
export const probeFormula = (index: SpaceIndex, expression: string): void => {
  const tried = known.get(index.database) ?? new Map<string, string | undefined>()
  known.set(index.database, tried)
  if (!tried.has(expression)) {
    if (tried.size >= KEPT) tried.clear()
    tried.set(expression, problemOf(index, expression))
  }
  const problem = tried.get(expression)
  if (problem !== undefined) throw new QueryError('bad-formula', problem)
}

const mayCall = (name: string): boolean =>
  FORMULA_FUNCTIONS.has(name) || (name.startsWith(BOUNDED_PREFIX) && BOUNDED.has(name.slice(BOUNDED_PREFIX.length)))

const problemOf = (index: SpaceIndex, expression: string): string | undefined => {
  const { capi } = index.sqlite
  const sql = compileFormula(expression, () => 'c')
  // The statement around the formula contains two.
  let selects = 2
  try {
    guarded(
      index,
      {
        milliseconds: 100,
        may: ({ action, two }) => {
          if (action === capi.SQLITE_SELECT) {
            selects -= 1
            return selects >= 0
          }
          return action === capi.SQLITE_READ
            ? two === 'c' || two === ''
            : action === capi.SQLITE_FUNCTION && mayCall(two.toLowerCase())
        },
      },
      () => index.database.prepare(`SELECT (${sql}\n) FROM (SELECT NULL AS c)`).finalize(),
    )
    return undefined
  } catch (error) {
    if (!(error instanceof index.sqlite.SQLite3Error)) throw error
    return `The formula cannot be read: ${error.message.replace(/^[A-Z_]+: sqlite3 result code \d+: /, '')}.`
  }
}

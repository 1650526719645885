import { all, type Database, run } from '../sqlite/sqlite.ts'
import type { SpaceIndex } from './space-index.ts'

/** Maximum number of indexes that are built on demand; each one slows every edit down a little. */
const MOST = 16

/** When each index was last used, by name, and the names that were requested once. */
interface Made {
  readonly used: Map<string, number>
  readonly asked: Set<string>
  clock: number
}

const made = new WeakMap<Database, Made>()

const madeIn = (database: Database): Made => {
  const known = made.get(database)
  if (known) return known
  // A restored copy contains its indexes.
  const names = all(database, "SELECT name FROM main.sqlite_schema WHERE type = 'index' AND name GLOB 's_*'")
  const fresh: Made = { used: new Map(names.map(([name]) => [String(name), 0])), asked: new Set(), clock: 0 }
  made.set(database, fresh)
  return fresh
}

/** A short name for a list of columns: FNV-1a, 64 bits. */
const hashOf = (text: string): string => {
  let hash = 0xcbf29ce484222325n
  for (const unit of text) hash = BigInt.asUintN(64, (hash ^ BigInt(unit.codePointAt(0) ?? 0)) * 0x100000001b3n)
  return hash.toString(36)
}

/**
 * The name of an index over these columns. It is built on the second request, since sorting once is cheaper.
 * @returns undefined on the first request
 */
export const indexFor = ({ database }: SpaceIndex, table: string, columns: readonly string[]): string | undefined => {
  const list = columns.join(', ')
  const name = `s_${table.slice(2)}_${hashOf(list)}`
  const { used, asked } = madeIn(database)
  const state = madeIn(database)
  state.clock += 1
  if (!used.has(name)) {
    if (!asked.has(name)) {
      asked.add(name)
      return undefined
    }
    for (const [least] of [...used].sort(([, one], [, other]) => one - other).slice(0, Math.max(0, used.size - MOST + 1))) {
      run(database, `DROP INDEX IF EXISTS ${least}`)
      used.delete(least)
    }
    run(database, `CREATE INDEX ${name} ON ${table} (${list})`)
  }
  used.set(name, state.clock)
  return name
}

import type { Database, Sqlite } from './sqlite.ts'

/** The SQL name of the counting function. */
const NAME = 'tessera_counted'

interface Counter {
  readonly pointer: number
  count: number
}

const counters = new WeakMap<Sqlite, Counter>()

const counterOf = (sqlite: Sqlite): Counter => {
  const known = counters.get(sqlite)
  if (known) return known
  const { wasm } = sqlite
  const one = (context: number) => {
    counter.count += 1
    wasm.exports.sqlite3_result_int?.(context, 1)
  }
  // Called by its address, without converting values: 0.1 µs, a tenth of the cost of a JavaScript function otherwise.
  const counter: Counter = { pointer: wasm.installFunction('v(pip)', one) as number, count: 0 }
  counters.set(sqlite, counter)
  return counter
}

/** Registers the function that `countedSql` calls. */
export const knowCounting = (sqlite: Sqlite, { pointer }: Database): void => {
  const { capi } = sqlite
  capi.sqlite3_create_function(pointer as number, NAME, 0, capi.SQLITE_UTF8, 0, counterOf(sqlite).pointer, 0, 0)
}

/** `where`, counting the rows that meet it. One statement can then sort all rows, return the first ones and count the total. */
export const countedSql = (where: string): string => `CASE WHEN ${where} THEN ${NAME}() END`

/** How many rows met the condition of `countedSql` during `work`. */
export const countingRows = (sqlite: Sqlite, work: () => void): number => {
  const counter = counterOf(sqlite)
  counter.count = 0
  work()
  return counter.count
}

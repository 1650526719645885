import type { SqlAnswer } from '../engine/api/engine.ts'
import { csvRow } from '../exchange/csv/write-csv.ts'
import type { OptionValues } from './command.ts'
import { type Console, printJson } from './console.ts'
import { EXIT, type Exit, usageFailure } from './failure.ts'

/** Maximum number of rows without `--limit`. */
const ROWS = 1_000_000

export const limitOf = ({ limit }: OptionValues, usual = ROWS): number => {
  if (limit === undefined) return usual
  if (!/^[1-9]\d{0,8}$/.test(limit)) throw usageFailure(`--limit is a whole number from 1 on, got "${limit}".`)
  return Number(limit)
}

/** Prints an array of objects, or with `--csv` a table with a header. */
export const printAnswer = (console: Console, { columns, rows, truncated }: SqlAnswer, options: OptionValues): Exit => {
  if (options.csv && options.json) throw usageFailure('Either --json or --csv.')
  const names = distinctNames(columns)
  if (options.exact && !options.csv) throw usageFailure('--exact goes with --csv.')
  if (options.csv) for (const row of [names, ...rows]) console.out(csvRow(row, { exact: options.exact ?? false }))
  else
    printJson(
      console,
      rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]]))),
    )
  if (!truncated || options.limit !== undefined) return EXIT.done
  console.err(`There are more than ${rows.length} rows; these are the first. Ask for fewer, or for more with --limit.\n`)
  return EXIT.failed
}

/** Appends numbers to repeated column names, which would otherwise be the same key. */
const distinctNames = (columns: readonly string[]): string[] => {
  const taken = new Set<string>()
  return columns.map((column) => {
    let name = column
    for (let number = 2; taken.has(name); number++) name = `${column} (${number})`
    taken.add(name)
    return name
  })
}

import { guardFormula } from './formula-guard.ts'

/** The value of a cell. */
export type CsvCell = string | number | boolean | null | undefined

export interface CsvWriting {
  /** Writes texts that a spreadsheet would run as formulas unchanged, without a `'` in front. */
  readonly exact?: boolean
}

/** One row with its line end, after RFC 4180. Cells are quoted if necessary, also for programs that split at `;` or tabs. */
export const csvRow = (cells: readonly CsvCell[], { exact = false }: CsvWriting = {}): string =>
  `${cells.map((cell) => csvCell(typeof cell === 'string' && !exact ? guardFormula(cell) : cell)).join(',')}\r\n`

const csvCell = (cell: CsvCell): string => {
  const text = cell === null || cell === undefined ? '' : String(cell)
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

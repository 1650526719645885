/** What a cell of a file of comma-separated values is made of. */
export type CsvCell = string | number | boolean | null | undefined

/** One row with its end, after RFC 4180: a cell stands between quotation marks where it has to. */
export const csvRow = (cells: readonly CsvCell[]): string => `${cells.map(csvCell).join(',')}\r\n`

const csvCell = (cell: CsvCell): string => {
  const text = cell === null || cell === undefined ? '' : String(cell)
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

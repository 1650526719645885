import Papa from 'papaparse'
import { CsvError } from './errors.ts'
import { unguardFormula } from './formula-guard.ts'
import type { CsvGuess } from './guess.ts'

/** Bytes read at a time. Files are never in memory as a whole. */
const CHUNK = 1024 * 1024
/** Maximum characters of a row. A quotation mark that is never closed would otherwise include the rest of the file. */
const ROW_LIMIT = 8 * 1024 * 1024

/** Papa's parser of one string, which it exports without a type. */
interface RowParser {
  parse(
    input: string,
    baseIndex: number,
    ignoreLastRow: boolean,
  ): { readonly data: string[][]; readonly meta: { readonly cursor: number } }
}
const Parser = (
  Papa as unknown as { Parser: new (options: { delimiter: string; quoteChar: string; newline: string }) => RowParser }
).Parser

/**
 * The rows of a file, chunk by chunk, without empty lines. The `'` in front of formulas is removed unless `exact`.
 * @throws {CsvError} `csv-quote`
 */
export async function* readCsv(
  file: Blob,
  { delimiter, encoding, exact }: Pick<CsvGuess, 'delimiter' | 'encoding' | 'exact'>,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly rows: string[][]; readonly bytes: number }> {
  const decoder = new TextDecoder(encoding)
  let parser: RowParser | undefined
  let rest = ''
  let row = 0
  for (let at = 0; at < file.size; at += CHUNK) {
    signal?.throwIfAborted()
    const bytes = Math.min(file.size, at + CHUNK)
    const last = bytes === file.size
    const text = rest + decoder.decode(await file.slice(at, bytes).arrayBuffer(), { stream: !last })
    parser ??= new Parser({ delimiter, quoteChar: '"', newline: lineEnd(text) })
    const { data, meta } = parser.parse(text, 0, !last)
    rest = last ? '' : text.slice(meta.cursor)
    if (rest.length > ROW_LIMIT) {
      throw new CsvError(
        'csv-quote',
        `A quotation mark in row ${row + data.length + 1} is never closed. Correct the file, or choose another delimiter.`,
        {
          row: row + data.length + 1,
        },
      )
    }
    row += data.length
    const rows = data.filter((cells) => cells.length > 1 || cells[0] !== '')
    yield { rows: exact ? rows : rows.map((cells) => cells.map(unguardFormula)), bytes }
  }
}

/** The line end of the first line, which depends on the operating system. */
const lineEnd = (text: string): string => /\r\n|\n|\r/.exec(text)?.[0] ?? '\n'

import Papa from 'papaparse'
import { isDate } from '../../space/cells/is-date.ts'
import { parseNumber } from '../../space/cells/parse.ts'
import { NEUTRAL } from '../../space/cells/typed.ts'
import { guessEncoding } from './encoding.ts'
import { CsvError } from './errors.ts'
import { isGuarded, unguardFormula } from './formula-guard.ts'
import type { CsvColumn, CsvGuess } from './guess.ts'
import { areDates, areNumbers, guessDateOrder, guessDecimal, type Notation, type UsualNotation } from './notation.ts'
import { readCsv } from './read-csv.ts'

export interface CsvPreview {
  readonly guess: CsvGuess
  /** The first rows, as text, without the header. */
  readonly rows: readonly (readonly string[])[]
  /** Records in the whole file, estimated from its size when it is large. */
  readonly records: number
  readonly exact: boolean
  /** Rows of the sample that have more or fewer columns than the rest. */
  readonly ragged: number
  /** Whether a cell of the sample has a `'` in front of a formula, which the import removes unless `guess.exact`. */
  readonly guarded: boolean
  /** The maximum number of records in a space; a larger file cannot be imported as a whole. */
  readonly limit: number
}

/** Maximum number of records in a space. */
export const RECORD_LIMIT = 300_000
const COLUMN_LIMIT = 500
/** Bytes read as a sample for the guesses. */
const SAMPLE = 1024 * 1024
const SHOWN_ROWS = 20
/** A text column with at most this many distinct values, each ten times on average, is guessed as a choice. */
const CHOICE_OPTIONS = 40

/**
 * Reads the beginning of a file and guesses its format.
 * @param given overrides parts of the guess
 * @param usual decides for columns of numbers and dates with two possible readings
 * @throws {CsvError} `csv-empty`, `csv-binary`, `csv-quote`
 */
export const previewCsv = async (
  file: Blob,
  given: Partial<CsvGuess> = {},
  usual: UsualNotation = NEUTRAL,
): Promise<CsvPreview> => {
  if (file.size === 0) throw new CsvError('csv-empty', 'The file is empty: it has no bytes.')
  const beginning = new Uint8Array(await file.slice(0, SAMPLE).arrayBuffer())
  const encoding = given.encoding ?? guessEncoding(beginning, file.size <= SAMPLE)
  if (!encoding)
    throw new CsvError(
      'csv-binary',
      'This is not a text file. Export the table as CSV in the program it comes from, and choose that file.',
    )
  const delimiter = given.delimiter ?? guessDelimiter(new TextDecoder(encoding).decode(beginning, { stream: true }))
  // A cell with a `'` in front is text, even if a number follows.
  const { rows: raw, bytes } = await firstRows(file, { delimiter, encoding, exact: true })
  const guarded = raw.some((cells) => cells.some(isGuarded))
  const exactly = given.exact ?? false
  const rows = exactly || !guarded ? raw : raw.map((cells) => cells.map(unguardFormula))
  const [first] = rows
  if (!first) throw new CsvError('csv-empty', 'The file has no rows, only empty lines.')

  const header = given.header ?? looksLikeHeader(rows)
  const records = header ? rows.slice(1) : rows
  const width = Math.min(COLUMN_LIMIT, Math.max(...rows.map(({ length }) => length)))
  const usualWidth = mostCommon(rows.map(({ length }) => length))
  const exact = bytes === file.size
  return {
    guess: {
      delimiter,
      encoding,
      header,
      columns: columnsOf(header ? first : [], header ? raw.slice(1) : raw, width, given.columns, usual),
      ...(exactly && { exact: true }),
    },
    rows: records.slice(0, SHOWN_ROWS),
    records: exact ? records.length : Math.round((records.length * file.size) / Math.max(1, bytes)),
    exact,
    ragged: rows.filter(({ length }) => length !== usualWidth).length,
    guarded,
    limit: RECORD_LIMIT,
  }
}

const firstRows = async (file: Blob, guess: Pick<CsvGuess, 'delimiter' | 'encoding' | 'exact'>) => {
  for await (const { rows, bytes } of readCsv(file, guess)) if (rows.length > 0 || bytes === file.size) return { rows, bytes }
  return { rows: [], bytes: file.size }
}

const guessDelimiter = (text: string): string => {
  const { meta } = Papa.parse<string[]>(text.slice(0, 100_000), { preview: 50, delimitersToGuess: [',', ';', '\t', '|'] })
  return meta.delimiter || ','
}

/** A header names every column once, in words that do not occur below it. */
const looksLikeHeader = (rows: readonly (readonly string[])[]): boolean => {
  const [first = [], ...rest] = rows
  const names = first.map((name) => name.trim())
  if (rest.length === 0 || names.some((name) => name === '' || parseNumber(name) !== undefined || isDate(name))) return false
  if (new Set(names).size !== names.length) return false
  return names.every((name, column) => !rest.some((row) => row[column]?.trim() === name))
}

const columnsOf = (
  names: readonly string[],
  records: readonly (readonly string[])[],
  width: number,
  given: readonly CsvColumn[] | undefined,
  usual: UsualNotation,
): CsvColumn[] =>
  Array.from({ length: width }, (_, column) => {
    const name = names[column]?.trim() || `Column ${column + 1}`
    const filled = records.flatMap((row) => row[column]?.trim() || [])
    const chosen = given?.[column]
    const decimal = chosen?.decimal ?? guessDecimal(filled, usual)
    const dateOrder = chosen?.dateOrder ?? guessDateOrder(filled, usual)
    const notation = { ...(decimal && { decimal }), ...(dateOrder && { dateOrder }) }
    const type = chosen?.type ?? guessType(filled, notation)
    return {
      name: chosen?.name ?? name.slice(0, 200),
      type,
      ...(type === 'number' && decimal && { decimal }),
      ...(type === 'date' && dateOrder && { dateOrder }),
    }
  })

const guessType = (filled: readonly string[], notation: Notation): CsvColumn['type'] => {
  if (filled.length === 0) return 'text'
  if (areNumbers(filled, notation)) return 'number'
  if (areDates(filled, notation)) return 'date'
  const words = new Set(filled.map((cell) => cell.toLowerCase()))
  if ([...words].every((word) => ['true', 'false', 'yes', 'no'].includes(word))) return 'checkbox'
  const different = new Set(filled)
  const short = filled.every(({ length }) => length <= 40)
  return short && different.size > 1 && different.size <= CHOICE_OPTIONS && different.size * 10 <= filled.length
    ? 'choice'
    : 'text'
}

const mostCommon = (numbers: readonly number[]): number => {
  const counts = new Map<number, number>()
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1)
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0] ?? 0
}

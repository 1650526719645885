import { isDate } from '../../space/cells/is-date.ts'
import { NEUTRAL, readDate, type TypingLocale, usualNumber } from '../../space/cells/typed.ts'
import type { CsvColumn } from './guess.ts'

type Decimal = NonNullable<CsvColumn['decimal']>
type DateOrder = NonNullable<CsvColumn['dateOrder']>

/** How one column writes numbers and dates. */
export type Notation = Pick<CsvColumn, 'decimal' | 'dateOrder'>

const only = (decimal: Decimal): TypingLocale => ({ ...NEUTRAL, decimals: [decimal] })

const LOCALES: Readonly<Record<Decimal, TypingLocale>> = { '.': only('.'), ',': only(',') }

/** Parses a number of a column; undefined if the text is not a number, or if storing it would round it. */
export const numberIn = (text: string, { decimal = '.' }: Notation): number | undefined => usualNumber(text, LOCALES[decimal])

/** Parses a date of a column, in the form that cells store. */
export const dateIn = (text: string, { dateOrder }: Notation): string | undefined => {
  if (isDate(text)) return text
  const read = readDate(text, { ...NEUTRAL, dateOrder, strictOrder: true })
  return read.kind === 'value' ? read.values[0] : undefined
}

/** The usual notation of a person, for columns with two possible readings. */
export type UsualNotation = Pick<TypingLocale, 'decimals' | 'dateOrder'>

/** A number that round-trips: `007`, a phone number or a 20-digit id does not. */
const isPlainNumber = (cell: string, decimal: Decimal): boolean =>
  numberIn(cell, { decimal }) !== undefined &&
  !/^[+-]?0\d/.test(cell) &&
  !cell.startsWith('+') &&
  cell.replace(/\D/g, '').length <= 15

/**
 * The decimal separator with which most of these cells are numbers; the usual one if both are possible.
 * @returns undefined if no cell has a separator
 */
export const guessDecimal = (cells: readonly string[], { decimals: [usual] }: UsualNotation): Decimal | undefined => {
  const separated = cells.filter((cell) => /[.,]/.test(cell))
  if (separated.length === 0) return undefined
  const fitting = (decimal: Decimal) => separated.filter((cell) => numberIn(cell, { decimal }) !== undefined).length
  const [points, commas] = [fitting('.'), fitting(',')]
  return points === commas ? usual : points > commas ? '.' : ','
}

/** Whether every cell is a number that round-trips. */
export const areNumbers = (cells: readonly string[], { decimal = '.' }: Notation): boolean =>
  cells.every((cell) => isPlainNumber(cell, decimal))

/** Day, month and year in digits, in an order that the text itself does not determine. */
const OPEN_ORDER = /^\d{1,2}[\s/-]+\d{1,2}[\s/-]+\d{4}$/
/** Two numbers alone, such as `12-1999`, are rarely dates. */
const DATE_LIKE = /^\d{1,2}[\s./-]+\d{1,2}[\s./-]+\d{4}$|^\d{4}[./-]\d{1,2}[./-]\d{1,2}$|\p{L}/u

/**
 * The order in which most of these dates can be read; the usual one if both are possible.
 * @returns undefined if no date is ambiguous, or if both orders are possible and none is usual
 */
export const guessDateOrder = (cells: readonly string[], { dateOrder }: UsualNotation): DateOrder | undefined => {
  const open = cells.filter((cell) => OPEN_ORDER.test(cell))
  if (open.length === 0) return undefined
  const fitting = (order: DateOrder) => open.filter((cell) => dateIn(cell, { dateOrder: order }) !== undefined).length
  const [days, months] = [fitting('day-first'), fitting('month-first')]
  return days === months ? dateOrder : days > months ? 'day-first' : 'month-first'
}

/** Whether every cell is a date. */
export const areDates = (cells: readonly string[], notation: Notation): boolean =>
  cells.every((cell) => isDate(cell) || (DATE_LIKE.test(cell) && dateIn(cell, notation) !== undefined))

import { isDate } from './is-date.ts'

/**
 * How a person writes numbers and dates. Other devices and stored texts never depend on it: a stored value is a plain number or an
 * ISO date, and `shape` reads stored texts by `NEUTRAL`.
 */
export interface TypingLocale {
  /** The BCP 47 tag for names of months; undefined reads English names alone. */
  readonly tag: string | undefined
  /** The separators that numbers may have before their decimals; the first one is the usual one. */
  readonly decimals: readonly ['.' | ',', ...('.' | ',')[]]
  /** The order in `3/4/2026`; undefined where neither order is usual, and such a date is not read. */
  readonly dateOrder: 'day-first' | 'month-first' | undefined
  /** The digits 0 to 9 of the locale. */
  readonly digits: string
  /** Reads `3/4/2026` in `dateOrder` only, as in a column that is known to use it. */
  readonly strictOrder?: boolean
}

const LATIN = '0123456789'

/** A decimal point, English names of months and no `3/4/2026`: for stored texts and for programs. */
export const NEUTRAL: TypingLocale = { tag: undefined, decimals: ['.'], dateOrder: undefined, digits: LATIN }

/** @param tag a BCP 47 tag; without one, the locale of the browser or of Node */
export const typingLocale = (tag?: string): TypingLocale => {
  const number = new Intl.NumberFormat(tag, { useGrouping: false })
  const decimal = number.formatToParts(1.5).find(({ type }) => type === 'decimal')?.value
  const order = new Intl.DateTimeFormat(tag).formatToParts(0).map(({ type }) => type)
  return {
    tag: number.resolvedOptions().locale,
    decimals: decimal === ',' ? [',', '.'] : ['.', ','],
    dateOrder: order.indexOf('day') < order.indexOf('month') ? 'day-first' : 'month-first',
    digits: [...LATIN].map((digit) => number.format(Number(digit))).join(''),
  }
}

/** The result of parsing a typed text. */
export type Typed<T> =
  | { readonly kind: 'none' }
  /** `values` are the possible readings, the usual one of the locale first. */
  | { readonly kind: 'value'; readonly values: readonly [T, ...T[]] }
  /** A number with more digits than can be stored; `nearest` is the nearest number that can be stored. */
  | { readonly kind: 'rounded'; readonly nearest: string }

const NONE = { kind: 'none' } as const

const found = <T>(values: readonly (T | undefined)[]): Typed<T> => {
  const [first, ...others] = new Set(values.filter((value) => value !== undefined))
  return first === undefined ? NONE : { kind: 'value', values: [first, ...others] }
}

/** Spaces, apostrophes and underscores separate groups of digits in every locale. */
const GROUP = "[ \\u00a0\\u202f'’_]"

/** Groups of two are Indian: `12,34,567`. A group never begins with 0: `0.125` is a decimal fraction. */
const numberPattern = (decimal: '.' | ',', group: '.' | ','): RegExp => {
  const groups = [GROUP, `\\${group}`].map((between) => `(?:${between}\\d{2,3})*${between}\\d{3}`)
  const whole = `(?:\\d+|[1-9]\\d{0,2}(?:${groups.join('|')}))`
  return new RegExp(`^[+-]?(?:${whole}(?:\\${decimal}\\d*)?|\\${decimal}\\d+)(?:e[+-]?\\d+)?$`, 'i')
}

const PATTERNS = {
  '.': { pattern: numberPattern('.', ','), separators: /[ \u00a0\u202f'’_,]/g },
  ',': { pattern: numberPattern(',', '.'), separators: /[ \u00a0\u202f'’_.]/g },
}

/** The number in JavaScript syntax; undefined if the text is not a number with this decimal separator. */
const plainNumber = (text: string, decimal: '.' | ','): string | undefined => {
  const { pattern, separators } = PATTERNS[decimal]
  return pattern.test(text) ? text.replaceAll(separators, '').replace(',', '.') : undefined
}

/** Significant digits and a power of ten, so that `1.50` and `15e-1` are equal and nothing is rounded. */
const exactly = (plain: string): string => {
  const [, sign = '', whole = '', fraction = '', power = '0'] = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(plain) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  return `${sign === '-' ? '-' : ''}${significant}e${Number(power) - fraction.length + digits.length - significant.length}`
}

/** A number as people write it in this locale: `1234.5`, `-3e8`, `1 234`, `1,234.5` or `1.234,5`. */
export const readNumber = (text: string, { decimals, digits }: TypingLocale): Typed<number> => {
  const latin = digits === LATIN ? text.trim() : text.trim().replace(/\p{Nd}/gu, (digit) => latinDigit(digit, digits))
  const plains = decimals.flatMap((decimal) => plainNumber(latin.replaceAll('٫', decimal), decimal) ?? [])
  const numbers = plains.map((plain) => ({ plain, number: Number(plain) })).filter(({ number }) => Number.isFinite(number))
  const kept = numbers.filter(({ plain, number }) => exactly(plain) === exactly(String(number)))
  const [rounded] = numbers
  if (kept.length === 0 && rounded) return { kind: 'rounded', nearest: String(rounded.number) }
  // Zero has no sign: −0 would look like 0 but differ from it.
  return found(kept.map(({ number }) => (number === 0 && !text.includes('-') ? 0 : number)))
}

/** The usual reading of a number; undefined if the text is not a number, or if storing it would round it. */
export const usualNumber = (text: string, locale: TypingLocale): number | undefined => {
  // Fast path: an import parses hundreds of thousands of short integers.
  if (/^\d{1,15}$/.test(text)) return Number(text)
  const read = readNumber(text, locale)
  return read.kind === 'value' ? read.values[0] : undefined
}

const latinDigit = (digit: string, digits: string): string => {
  const at = [...digits].indexOf(digit)
  return at < 0 ? digit : String(at)
}

/** A date as people write it in this locale, such as `2026`, `2026-11`, `21.11.2026`, `Nov 2026`, `21 November 2026`. */
export const readDate = (text: string, { tag, dateOrder, strictOrder = false }: TypingLocale): Typed<string> => {
  const plain = text.trim()
  if (isDate(plain)) return found([plain])
  const words = plain
    .toLowerCase()
    .split(/[\s./,-]+/)
    .filter(Boolean)
  if (words.length === 0 || words.length > 3 || plain.startsWith('-')) return NONE
  const named = words.findIndex((word) => monthNamed(word, tag) !== undefined)
  if (named >= 0) return found([withNamedMonth(words, named, tag)])
  if (!words.every((word) => /^\d+$/.test(word))) return NONE
  const [one = '', two, three] = words
  if (one.length === 4) return found([asDate(one, two && Number(two), three && Number(three))])
  // The year must have four digits, so that it is never mistaken for a day: 1905 is 1905, and 0005 is the year 5.
  if (three === undefined) return two?.length === 4 ? found([asDate(two, Number(one))]) : NONE
  if (three.length !== 4 || two === undefined) return NONE
  const dayFirst = asDate(three, Number(two), Number(one))
  const monthFirst = asDate(three, Number(one), Number(two))
  // Dates with full stops are always day first.
  if (plain.includes('.')) return found([dayFirst])
  if (dateOrder === undefined) return found(dayFirst === undefined || monthFirst === undefined ? [dayFirst, monthFirst] : [])
  const [usual, other] = dateOrder === 'day-first' ? [dayFirst, monthFirst] : [monthFirst, dayFirst]
  return found(strictOrder ? [usual] : [usual, other])
}

const withNamedMonth = (words: readonly string[], named: number, tag: string | undefined): string | undefined => {
  const rest = words.filter((_, at) => at !== named).map((word) => word.replace(/(st|nd|rd|th)$/, ''))
  const year = rest.find((word) => /^\d{4}$/.test(word))
  const day = rest.find((word) => /^\d{1,2}$/.test(word))
  if (!year || rest.length !== (day ? 2 : 1)) return undefined
  return asDate(year, monthNamed(words[named] ?? '', tag), day && Number(day))
}

const months = new Map<string | undefined, ReadonlyMap<string, number>>()

const monthNamed = (word: string, tag: string | undefined): number | undefined => {
  const known = months.get(tag) ?? monthNames(tag)
  months.set(tag, known)
  return known.get(word)
}

const monthNames = (tag: string | undefined): ReadonlyMap<string, number> => {
  const names = new Map<string, number>()
  for (const locale of new Set([tag ?? 'en', 'en'])) {
    for (const length of ['long', 'short'] as const) {
      const format = new Intl.DateTimeFormat(locale, { month: length, timeZone: 'UTC' })
      for (let month = 0; month < 12; month++)
        names.set(
          format
            .format(Date.UTC(2026, month, 1))
            .toLowerCase()
            .replace('.', ''),
          month + 1,
        )
    }
  }
  return names
}

const asDate = (year: string, month?: number | '', day?: number | ''): string | undefined => {
  if (month === undefined || month === '') return day ? undefined : year
  const parts = [
    year,
    ...[month, day].flatMap((part) => (part === undefined || part === '' ? [] : String(part).padStart(2, '0'))),
  ]
  const date = parts.join('-')
  return isDate(date) ? date : undefined
}

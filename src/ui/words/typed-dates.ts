import { readDate, type Typed, type TypingLocale } from '../../space/cells/typed.ts'

/** A day as `2026-11-21`, in UTC, so that days are counted without the jumps of a time zone. */
const isoDay = (date: Date): string => date.toISOString().slice(0, 10)

const daysFrom = (today: string, days: number): string => isoDay(new Date(Date.parse(today) + days * 86_400_000))

/** The same day of another month, or its last day where that month is shorter. */
const monthsFrom = (today: string, months: number): string => {
  const date = new Date(today)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(day, last))
  return isoDay(date)
}

type Unit = 'day' | 'week' | 'month' | 'year'

const shifted = (today: string, count: number, unit: Unit): string => {
  if (unit === 'day' || unit === 'week') return daysFrom(today, count * (unit === 'week' ? 7 : 1))
  return monthsFrom(today, count * (unit === 'year' ? 12 : 1))
}

interface Shift {
  readonly count: number
  readonly unit: Unit
}

/** The farthest shift that is read from words: "in 60 days". */
const FARTHEST = 60

const fold = (text: string): string => text.trim().toLowerCase().replaceAll(/\s+/g, ' ').replace(/\.$/, '')

const shiftWords = new Map<string, ReadonlyMap<string, Shift>>()

/** How a locale says "today", "tomorrow", "in 3 weeks" and "2 months ago", after `Intl.RelativeTimeFormat`. */
const shiftsIn = (tag: string): ReadonlyMap<string, Shift> => {
  const known = shiftWords.get(tag)
  if (known) return known
  const words = new Map<string, Shift>()
  for (const numeric of ['always', 'auto'] as const) {
    const format = new Intl.RelativeTimeFormat(tag, { numeric })
    for (const unit of ['year', 'month', 'week', 'day'] as const)
      for (let count = -FARTHEST; count <= FARTHEST; count++) words.set(fold(format.format(count, unit)), { count, unit })
  }
  shiftWords.set(tag, words)
  return words
}

const weekdayWords = new Map<string, ReadonlyMap<string, number>>()

/** Names of weekdays, long and short; 0 is Sunday. */
const weekdaysIn = (tag: string): ReadonlyMap<string, number> => {
  const known = weekdayWords.get(tag)
  if (known) return known
  const words = new Map<string, number>()
  for (const weekday of ['long', 'short'] as const) {
    const format = new Intl.DateTimeFormat(tag, { weekday, timeZone: 'UTC' })
    // 4 January 1970 was a Sunday.
    for (let day = 0; day < 7; day++) words.set(fold(format.format((3 + day) * 86_400_000)), day)
  }
  weekdayWords.set(tag, words)
  return words
}

/** `+3`, `-2w`, `+1m`, `+1y`. */
const SHIFT = /^([+-])\s?(\d{1,4})\s?([dwmy])?$/
const LETTERS: Readonly<Record<string, Unit>> = { d: 'day', w: 'week', m: 'month', y: 'year' }

/** A day and a month without a year: `12.3.`, `3/12`, `12 March`. */
const withoutYear = (text: string, locale: TypingLocale, year: string): Typed<string> => {
  const separator = /^\d{1,2}([./])\d{1,2}\.?$/.exec(text)?.[1]
  if (separator) return readDate(`${text.replace(/\.$/, '')}${separator}${year}`, locale)
  return /\d/.test(text) && /\p{L}/u.test(text) ? readDate(`${text.replace(/\.$/, '')} ${year}`, locale) : { kind: 'none' }
}

/**
 * A date as people type it: every notation of `readDate`, and words: "tomorrow", "fri" (the next one after today), "in 3 weeks",
 * "12.3." (of this year), "+3" and "-2w". Words are read in the language of the locale and in English.
 *
 * @param today the day of the person, such as `2026-11-21`
 */
export const readTypedDate = (text: string, locale: TypingLocale, today: string): Typed<string> => {
  const read = readDate(text, locale)
  if (read.kind !== 'none') return read
  const plain = fold(text)
  if (plain === '') return read
  const one = (value: string): Typed<string> => ({ kind: 'value', values: [value] })
  const [, sign, digits, letter = 'd'] = SHIFT.exec(plain) ?? []
  if (digits !== undefined) return one(shifted(today, Number(`${sign}${digits}`), LETTERS[letter] ?? 'day'))
  for (const tag of new Set([locale.tag ?? 'en', 'en'])) {
    const shift = shiftsIn(tag).get(plain)
    if (shift) return one(shifted(today, shift.count, shift.unit))
    const weekday = weekdaysIn(tag).get(plain)
    if (weekday !== undefined) return one(daysFrom(today, (weekday - new Date(today).getUTCDay() + 7) % 7 || 7))
  }
  return withoutYear(text.trim(), locale, today.slice(0, 4))
}

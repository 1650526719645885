import { msg, str } from '@lit/localize'
import type { CellInput, Field, FieldType } from '../../../engine/api/engine.ts'
import { parseColour, parseDuration, parseEmail, parseNumber, parsePhone, parseUrl } from '../../../space/cells/parse.ts'
import { readNumber } from '../../../space/cells/typed.ts'
import { deviceZone, formatDateTime } from '../../words/date-times.ts'
import { formatDate } from '../../words/dates.ts'
import { formatDuration } from '../../words/durations.ts'
import { formatNumberOf, LOCALE, shiftDecimal } from '../../words/numbers.ts'
import { readTypedDateTime, type TypingMoment, todayIn } from '../../words/typed-date-times.ts'
import { readTypedDate } from '../../words/typed-dates.ts'
import { ratingMax } from '../rating.ts'

/** A value that a line of text can be read as. */
export type LineValue = Exclude<CellInput, readonly string[]>

/** One way to read a text: the value, and how it is shown once saved. */
export interface ReadAs {
  readonly value: LineValue
  readonly shown: string
}

export type Reading =
  /** The locale's reading first; several when the text is ambiguous. */
  | { readonly kind: 'value'; readonly ways: readonly [ReadAs, ...ReadAs[]] }
  /** Not of the field's type: stored as text and shown marked. */
  | { readonly kind: 'unfit'; readonly problem: string }
  /** Cannot be stored without loss: the person must change it. */
  | { readonly kind: 'refused'; readonly problem: string }

const one = (value: LineValue, shown: string): Reading => ({ kind: 'value', ways: [{ value, shown }] })

const unfit = (problem: string): Reading => ({ kind: 'unfit', problem })

type Read = (text: string, field: ReadField) => Reading

/** What reading depends on. */
export type ReadField = Pick<Field, 'type' | 'settings'>

const readAsNumber: Read = (text, field) => {
  const isPercent = field.settings.format === 'percent'
  const read = readNumber(isPercent ? text.replace(/\s*%$/, '') : text, LOCALE)
  const show = (value: number) => formatNumberOf(field, value)
  // A percentage is stored as its fraction.
  if (read.kind === 'value')
    return {
      kind: 'value',
      ways: waysOf(isPercent ? mapped(read.values, (value) => shiftDecimal(value, -2)) : read.values, show),
    }
  if (read.kind === 'none') return unfit(msg(str`“${text}” is not a number.`))
  return {
    kind: 'refused',
    problem: msg(
      str`${text} has more digits than a number can hold, which is about 16. Shorten it to ${read.nearest}, or keep it in a text field.`,
    ),
  }
}

const readAsDate: Read = (text) => {
  const read = readTypedDate(text, LOCALE, todayIn(moment()))
  if (read.kind === 'value') return { kind: 'value', ways: waysOf(read.values, formatDate) }
  return unfit(msg(str`“${text}” is not a date. Write one such as 2026-11-21, Nov 2026, 2026, tomorrow or fri.`))
}

const readAsDateTime: Read = (text) => {
  const read = readTypedDateTime(text, LOCALE, moment())
  if (read.kind === 'value') return { kind: 'value', ways: waysOf(read.values, (value) => formatDateTime(value)) }
  return unfit(msg(str`“${text}” is not a date with a time. Write one such as 2026-11-21 14:30, tomorrow 9:00 or now.`))
}

const readAsDuration: Read = (text) => {
  const seconds = parseDuration(text)
  if (seconds !== undefined) return one(seconds, formatDuration(seconds))
  return unfit(msg(str`“${text}” is not a duration. Write one such as 1:30, 1h 30m or 45s.`))
}

const readAsRating: Read = (text, field) => {
  const max = ratingMax(field)
  const stars = parseNumber(text)
  if (stars !== undefined && Number.isInteger(stars) && stars >= 0 && stars <= max)
    return one(stars === 0 ? null : stars, String(stars))
  return unfit(msg(str`“${text}” is not a rating. Write a whole number from 0 to ${max}.`))
}

const parsed =
  (parse: (text: string) => string | undefined, problem: (text: string) => string): Read =>
  (text) => {
    const value = parse(text)
    return value === undefined ? unfit(problem(text)) : one(value, value)
  }

const READERS: Readonly<Partial<Record<FieldType, Read>>> = {
  number: readAsNumber,
  date: readAsDate,
  'date-time': readAsDateTime,
  duration: readAsDuration,
  rating: readAsRating,
  colour: parsed(parseColour, (text) => msg(str`“${text}” is not a colour. Write one such as #2f7ee6.`)),
  url: parsed(parseUrl, (text) => msg(str`“${text}” is not a web address. Write one such as https://example.org.`)),
  email: parsed(parseEmail, (text) => msg(str`“${text}” is not an e-mail address. Write one such as ash@example.org.`)),
  phone: parsed(parsePhone, (text) => msg(str`“${text}” is not a phone number. Write one such as +49 30 901820.`)),
}

/** Reads a typed text as a value of a field's type, by the locale and time zone of this browser. An empty text empties the cell. */
export const readValue = (field: ReadField, text: string): Reading => {
  const plain = text.trim()
  if (!plain) return one(null, '')
  return READERS[field.type]?.(plain, field) ?? one(text, text)
}

const moment = (): TypingMoment => ({ zone: deviceZone(), now: new Date() })

const mapped = (values: readonly [number, ...number[]], map: (value: number) => number): readonly [number, ...number[]] => {
  const [first, ...others] = values
  return [map(first), ...others.map(map)]
}

const waysOf = <T extends LineValue>(
  values: readonly [T, ...T[]],
  show: (value: T) => string,
): readonly [ReadAs, ...ReadAs[]] => {
  const [first, ...others] = values
  const way = (value: T): ReadAs => ({ value, shown: show(value) })
  return [way(first), ...others.map(way)]
}

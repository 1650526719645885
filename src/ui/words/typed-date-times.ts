import * as Calendar from 'temporal-polyfill/fns/Calendar'
import * as Instant from 'temporal-polyfill/fns/Instant'
import * as PlainDateTime from 'temporal-polyfill/fns/PlainDateTime'
import * as ZonedDateTime from 'temporal-polyfill/fns/ZonedDateTime'
import { parseDateTime } from '../../space/cells/parse.ts'
import type { Typed, TypingLocale } from '../../space/cells/typed.ts'
import { splitDateTime } from './date-times.ts'
import { readTypedDate } from './typed-dates.ts'

/** Where and when somebody types. */
export interface TypingMoment {
  /** An IANA time zone, such as `Europe/Berlin`. */
  readonly zone: string
  readonly now: Date
}

/** `9:30`, `9.30`, `21:30:15`, `9 am`, `9:30pm`; alone or behind a date. */
const TIME = /(?:^|[\sT,])(?:at |um )?(\d{1,2})(?:[:.](\d\d)(?::(\d\d))?)?\s?(am|pm|a\.m\.|p\.m\.|uhr|h)?$/i
const ZONE = /\s([A-Za-z_]+\/[A-Za-z0-9_+\-/]+|UTC|Z)$/

const storedIn = (instant: Instant.Record, zone: string): string => {
  const text = Instant.toString(instant).replace('.000Z', 'Z')
  return `${text}[${zone}]`
}

/** The day of the person, such as `2026-11-21`. */
export const todayIn = ({ zone, now }: TypingMoment): string =>
  ZonedDateTime.toString(Instant.toZonedDateTimeISO(Instant.fromEpochMilliseconds(now.getTime()), zone)).slice(0, 10)

interface Clock {
  readonly before: string
  readonly time: string
}

/** Splits the time from the end of a text; undefined where it has none. */
const clockOf = (text: string): Clock | undefined => {
  const match = TIME.exec(text)
  const [, hours = '', minutes, seconds = '00', half] = match ?? []
  if (!match || (minutes === undefined && half === undefined)) return undefined
  const afternoon = /^p/i.test(half ?? '')
  const twelve = afternoon || /^a/i.test(half ?? '')
  const hour = Number(hours)
  if (twelve ? hour < 1 || hour > 12 : hour > 23) return undefined
  if (Number(minutes ?? 0) > 59 || Number(seconds) > 59) return undefined
  const whole = twelve ? (hour % 12) + (afternoon ? 12 : 0) : hour
  return {
    before: text.slice(0, match.index).replace(/[\s,]+$/, ''),
    time: `${String(whole).padStart(2, '0')}:${minutes ?? '00'}:${seconds}`,
  }
}

/** A zone as it is typed, in its usual letter case; `Asia/Kolkata` is not replaced by its older name. */
const zoneNamed = (zone: string): string | undefined => {
  if (zone === 'Z') return 'UTC'
  try {
    const known = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
    return known.toLowerCase() === zone.toLowerCase() ? known : zone
  } catch {
    return undefined
  }
}

/**
 * A moment as people type it: a date in any notation of `readTypedDate`, then a time, then maybe a zone: `tomorrow 9:30`,
 * `21.11.2026 14:00 Europe/London`, `9 pm` (today), `now`. A stored date-time is read as well. Where the clocks skip or repeat an
 * hour, the reading of RFC 5545 is used: the offset before the jump.
 *
 * @returns date-times as they are stored, `2026-11-21T13:00:00Z[Europe/Berlin]`
 */
export const readTypedDateTime = (text: string, locale: TypingLocale, moment: TypingMoment): Typed<string> => {
  const plain = text.trim()
  const given = parseDateTime(plain)
  if (given !== undefined)
    return { kind: 'value', values: [splitDateTime(given)?.zone === undefined ? `${given}[${moment.zone}]` : given] }
  if (/^(now|jetzt)$/i.test(plain)) {
    const seconds = Math.floor(moment.now.getTime() / 1000) * 1000
    return { kind: 'value', values: [storedIn(Instant.fromEpochMilliseconds(seconds), moment.zone)] }
  }
  const [ending, named] = ZONE.exec(plain) ?? []
  const zone = named === undefined ? moment.zone : zoneNamed(named)
  if (zone === undefined) return { kind: 'none' }
  const local = ending === undefined ? plain : plain.slice(0, -ending.length).trimEnd()
  const today = todayIn({ ...moment, zone })
  // Midnight where only a day is given. A bare date is tried first: `12.3.` is no time.
  const dated = readTypedDate(local, locale, today)
  const clock = dated.kind === 'none' ? clockOf(local) : { before: local, time: '00:00:00' }
  if (!clock) return { kind: 'none' }
  const days: Typed<string> =
    dated.kind !== 'none'
      ? dated
      : clock.before === ''
        ? { kind: 'value', values: [today] }
        : readTypedDate(clock.before, locale, today)
  if (days.kind !== 'value') return { kind: 'none' }
  const read = days.values
    .filter((day) => day.length === 10)
    .map((day) => {
      const at = PlainDateTime.fromString(`${day}T${clock.time}`, Calendar.getBasic)
      return storedIn(ZonedDateTime.toInstant(PlainDateTime.toZonedDateTime(at, zone)), zone)
    })
  const [first, ...others] = read
  return first === undefined ? { kind: 'none' } : { kind: 'value', values: [first, ...others] }
}

/** A stored date-time as it is edited: `2026-11-21 14:00`, with its zone where that is not the device's. */
export const editableDateTime = (stored: string, here: string): string => {
  const split = splitDateTime(stored)
  if (!split) return stored
  const zone = split.zone ?? here
  const local = ZonedDateTime.toString(Instant.toZonedDateTimeISO(Instant.fromString(split.instant), zone), {
    timeZoneName: 'never',
    offset: 'never',
  })
  const shown = local.replace('T', ' ').replace(/:00$/, '')
  return zone === here ? shown : `${shown} ${zone}`
}

import { isDate } from './is-date.ts'
import { NEUTRAL, usualNumber } from './typed.ts'

/** Parsers for typed text. Each returns undefined for invalid input. */

const TRUE = new Set(['true', 'yes', 'y', '1', 'x', '✓', 'on'])
const FALSE = new Set(['false', 'no', 'n', '0', '', 'off'])

/** A number in a stored text: with a decimal point, `1234.5`, `-3e8`, `1 234`, `1,234.5`; undefined when storing it would round it. */
export const parseNumber = (text: string): number | undefined => usualNumber(text, NEUTRAL)

export const parseCheckbox = (text: string): boolean | undefined => {
  const word = text.trim().toLowerCase()
  return TRUE.has(word) ? true : FALSE.has(word) ? false : undefined
}

const DATE_TIME =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(Z|[+-]\d\d:?\d\d)(?:\[([A-Za-z0-9_+\-/]{1,64})\])?$/

/**
 * A moment with a time zone for display. Cells store the moment in UTC to the second (or millisecond, if it has any), followed by
 * the zone: `2026-01-02T03:04:05Z[Europe/Berlin]`. Such texts sort chronologically. After RFC 9557.
 */
export const parseDateTime = (text: string): string | undefined => {
  const [, day, time, offset, zone] = DATE_TIME.exec(text.trim()) ?? []
  if (day === undefined || time === undefined || offset === undefined || !isDate(day)) return undefined
  const moment = new Date(`${day}T${time}${offset}`)
  if (Number.isNaN(moment.getTime()) || (zone !== undefined && !isZone(zone))) return undefined
  return `${moment.toISOString().replace('.000Z', 'Z')}${zone === undefined ? '' : `[${zone}]`}`
}

const isZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

const UNITS: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3_600, m: 60, min: 60, s: 1 }
const CLOCK = /^(-)?(\d+):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?$/
const WORDS = /^(-)?((?:\d+(?:\.\d+)?\s*(?:w|d|h|min|m|s)\s*)+)$/i
const ISO = /^(-)?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/

/** Seconds: `1:30` (hours and minutes), `1:30:05`, `1h 30m`, `PT1H30M`, or a plain number of seconds. */
export const parseDuration = (text: string): number | undefined => {
  const plain = text.trim()
  const clock = CLOCK.exec(plain)
  if (clock) return signed(clock[1], Number(clock[2]) * 3_600 + Number(clock[3]) * 60 + Number(clock[4] ?? 0))
  const words = WORDS.exec(plain)
  if (words?.[2] !== undefined) {
    const parts = [...words[2].matchAll(/(\d+(?:\.\d+)?)\s*(w|d|h|min|m|s)/gi)]
    return signed(
      words[1],
      parts.reduce((sum, [, count, unit = 's']) => sum + Number(count) * (UNITS[unit.toLowerCase()] ?? 1), 0),
    )
  }
  const iso = /\d/.test(plain) ? ISO.exec(plain) : null
  if (iso) {
    const [, sign, ...parts] = iso
    return signed(
      sign,
      [604_800, 86_400, 3_600, 60, 1].reduce((sum, unit, at) => sum + unit * Number(parts[at] ?? 0), 0),
    )
  }
  return parseNumber(plain)
}

const signed = (sign: string | undefined, seconds: number): number => (sign === undefined ? seconds : -seconds)

/** Parses `#rrggbb`, `#rgb`, or either without the `#`; returns `#rrggbb` in lower case. */
export const parseColour = (text: string): string | undefined => {
  const [, digits] = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(text.trim()) ?? []
  if (digits === undefined) return undefined
  const long = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits
  return `#${long.toLowerCase()}`
}

/** The accepted URL schemes; none of them can run code in the page. */
const SCHEMES = new Set(['http:', 'https:', 'ftp:', 'mailto:', 'tel:', 'geo:', 'magnet:', 'matrix:', 'xmpp:', 'gemini:'])

/** An address with one of the schemes above; `example.org/path` becomes `https://example.org/path`. */
export const parseUrl = (text: string): string | undefined => {
  const plain = text.trim()
  if (/\s/.test(plain)) return undefined
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(plain) && !/^[^/]*\.[^/:]*:\d/.test(plain) ? plain : `https://${plain}`
  try {
    const { protocol, hostname } = new URL(whole)
    if (!SCHEMES.has(protocol)) return undefined
    return whole === plain || /\.[^.]{2,}$/.test(hostname) ? whole : undefined
  } catch {
    return undefined
  }
}

export const parseEmail = (text: string): string | undefined => {
  const plain = text.trim()
  return plain.length <= 254 && /^[^\s@<>()",;:]+@[^\s@<>()",;:]+\.[^\s@<>()",;:.]{2,}$/.test(plain) ? plain : undefined
}

/** Parses digits with the usual separators; at least three digits. */
export const parsePhone = (text: string): string | undefined => {
  const plain = text.trim()
  return /^\+?[\d\s().\-/]+(?:(?:x|ext\.?)\s*\d+)?$/i.test(plain) && plain.replace(/\D/g, '').length >= 3 ? plain : undefined
}

import { QueryError } from '../errors.ts'

type Unit = 'day' | 'week' | 'month' | 'year'

/** First and last day, both included, as `2026-01-02`. */
export interface Days {
  readonly from: string
  readonly to: string
}

const UNITS: ReadonlySet<unknown> = new Set(['day', 'week', 'month', 'year'])

const dayOf = (date: Date): string =>
  `${String(date.getFullYear()).padStart(4, '0')}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`

const moved = (date: Date, count: number, unit: Unit): Date => {
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()]
  if (unit === 'day' || unit === 'week') return new Date(year, month, day + count * (unit === 'week' ? 7 : 1))
  const first = new Date(year, month + count * (unit === 'year' ? 12 : 1), 1)
  // Clamp the day to the length of the month.
  const last = new Date(first.getFullYear(), first.getMonth() + 1, 0).getDate()
  return new Date(first.getFullYear(), first.getMonth(), Math.min(day, last))
}

const begun = (date: Date, unit: Unit): Date => {
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()]
  switch (unit) {
    case 'day':
      return new Date(year, month, day)
    case 'week':
      // Weeks begin on Monday.
      return new Date(year, month, day - ((date.getDay() + 6) % 7))
    case 'month':
      return new Date(year, month, 1)
    case 'year':
      return new Date(year, 0, 1)
  }
}

/**
 * The days of a period relative to `now`, in the local time zone.
 * @param period `today`, `yesterday`, `tomorrow`, `{this: unit}`, `{last: count, unit}` or `{next: count, unit}`
 * @param now milliseconds since 1970
 * @throws {QueryError} `bad-value`
 */
export const daysOf = (period: unknown, now: number): Days => {
  const today = begun(new Date(now), 'day')
  const days = (from: Date, to: Date): Days => ({ from: dayOf(from), to: dayOf(to) })
  if (period === 'today') return days(today, today)
  if (period === 'yesterday') return days(moved(today, -1, 'day'), moved(today, -1, 'day'))
  if (period === 'tomorrow') return days(moved(today, 1, 'day'), moved(today, 1, 'day'))
  if (typeof period === 'object' && period !== null) {
    const { this: unit, last, next, unit: of } = period as Record<string, unknown>
    if (UNITS.has(unit)) {
      const first = begun(today, unit as Unit)
      return days(first, moved(moved(first, 1, unit as Unit), -1, 'day'))
    }
    if (UNITS.has(of)) {
      if (isCount(last)) return days(moved(moved(today, -last, of as Unit), 1, 'day'), today)
      if (isCount(next)) return days(today, moved(moved(today, next, of as Unit), -1, 'day'))
    }
  }
  throw new QueryError('bad-value', `${JSON.stringify(period)} is not a period. Example: {"last": 7, "unit": "day"}.`)
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 10_000

/** The moment at which a day begins locally, as UTC text to the second. @param day `2026-01-02` */
export const beginOf = (day: string, later = 0): string => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date + later).toISOString().slice(0, 19)
}

/** Stored dates: `2026-11-21`, `2026-11` or `2026`. */
const STORED = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/

const FORMATS = {
  day: new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }),
  month: new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' }),
}

/** A stored date in the notation of the locale; other texts stay as they are. */
export const formatDate = (stored: string): string => {
  const [, year, month, day] = STORED.exec(stored) ?? []
  if (!year) return stored
  if (!month) return year
  // `Date.UTC` maps the years 0 to 99 to 1900 to 1999.
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day ?? 1))
  return (day ? FORMATS.day : FORMATS.month)
    .formatToParts(date)
    .map(({ type, value }) => (type === 'year' ? year : value))
    .join('')
}

/** A moment: the time if it is today ("09:12"), else the day. */
export const formatMoment = (at: number, now = Date.now()): string => {
  const same = new Date(at).toDateString() === new Date(now).toDateString()
  return new Intl.DateTimeFormat(
    undefined,
    same ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short', year: 'numeric' },
  ).format(at)
}

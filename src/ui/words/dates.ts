/** Dates as they are kept: `2026-11-21`, `2026-11` or `2026`, as much as somebody knows. */
const KEPT = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/

const FORMATS = {
  day: new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }),
  month: new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' }),
}

/** A kept date as people here write it; what is not one is given back as it is. */
export const formatDate = (kept: string): string => {
  const [, year, month, day] = KEPT.exec(kept) ?? []
  if (!year) return kept
  if (!month) return year
  // `Date.UTC` takes the years 0 to 99 for 1900 to 1999.
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day ?? 1))
  return (day ? FORMATS.day : FORMATS.month)
    .formatToParts(date)
    .map(({ type, value }) => (type === 'year' ? year : value))
    .join('')
}

/** A moment as near as it matters: "09:12" today, else the day. */
export const formatMoment = (at: number, now = Date.now()): string => {
  const same = new Date(at).toDateString() === new Date(now).toDateString()
  return new Intl.DateTimeFormat(
    undefined,
    same ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short', year: 'numeric' },
  ).format(at)
}

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
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day ?? 1)))
  return (day ? FORMATS.day : FORMATS.month).format(date)
}

const MONTHS = Array.from({ length: 12 }, (_, month) =>
  (['long', 'short'] as const).flatMap((length) =>
    [undefined, 'en'].map((locale) =>
      new Intl.DateTimeFormat(locale, { month: length, timeZone: 'UTC' })
        .format(new Date(Date.UTC(2026, month, 1)))
        .toLowerCase()
        .replace('.', ''),
    ),
  ),
)

const DAY_FIRST = (() => {
  const order = new Intl.DateTimeFormat().formatToParts(new Date()).map(({ type }) => type)
  return order.indexOf('day') < order.indexOf('month')
})()

/** The date somebody wrote — `2026`, `2026-11`, `21.11.2026`, `Nov 2026`, `21 November 2026` — as it is kept; undefined when unclear. */
export const parseDate = (text: string): string | undefined => {
  const words = text
    .trim()
    .toLowerCase()
    .split(/[\s./,-]+/)
    .filter(Boolean)
  if (words.length === 0 || words.length > 3) return undefined
  const named = words.findIndex((word) => monthNamed(word) !== undefined)
  if (named >= 0) {
    const month = monthNamed(words[named] ?? '')
    const rest = words.filter((_, at) => at !== named).map((word) => word.replace(/(st|nd|rd|th)$/, ''))
    const year = rest.find((word) => /^\d{4}$/.test(word))
    const day = rest.find((word) => /^\d{1,2}$/.test(word))
    return year && rest.length === (day ? 2 : 1) ? keep(year, month, day && Number(day)) : undefined
  }
  if (!words.every((word) => /^\d+$/.test(word))) return undefined
  if (words[0]?.length === 4) return keep(words[0], words[1] && Number(words[1]), words[2] && Number(words[2]))
  const [one = '', two = '', three] = words
  if (three === undefined) return two.length === 4 ? keep(two, Number(one)) : undefined
  if (three.length !== 4) return undefined
  const dayFirst = Number(one) > 12 || (Number(two) <= 12 && (DAY_FIRST || text.includes('.')))
  return dayFirst ? keep(three, Number(two), Number(one)) : keep(three, Number(one), Number(two))
}

const monthNamed = (word: string): number | undefined => {
  const at = MONTHS.findIndex((names) => names.includes(word))
  return at < 0 ? undefined : at + 1
}

const keep = (year: string, month?: number | '', day?: number | ''): string | undefined => {
  if (month === undefined || month === '') return day ? undefined : year
  if (month < 1 || month > 12) return undefined
  const head = `${year}-${String(month).padStart(2, '0')}`
  if (day === undefined || day === '') return head
  const last = new Date(Date.UTC(Number(year), month, 0)).getUTCDate()
  return day >= 1 && day <= last ? `${head}-${String(day).padStart(2, '0')}` : undefined
}

/** A moment as near as it matters: "09:12" today, else the day. */
export const formatMoment = (at: number, now = Date.now()): string => {
  const same = new Date(at).toDateString() === new Date(now).toDateString()
  return new Intl.DateTimeFormat(
    undefined,
    same ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short', year: 'numeric' },
  ).format(at)
}

/** A stored date-time: the instant in UTC, then the time zone to show it in, `2026-01-02T03:04:05Z[Europe/Berlin]`. */
const STORED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z)(?:\[([^\]]+)\])?$/

let known: { readonly zone: string; readonly offset: number } | undefined

/** The time zone of this device. It is asked for by every cell that is drawn, and slow to find: kept until the clock's offset changes. */
export const deviceZone = (): string => {
  const offset = new Date().getTimezoneOffset()
  if (known?.offset !== offset) known = { offset, zone: new Intl.DateTimeFormat().resolvedOptions().timeZone }
  return known.zone
}

/** The two halves of a stored date-time; undefined for any other text. */
export const splitDateTime = (stored: string): { readonly instant: string; readonly zone: string | undefined } | undefined => {
  const [, instant, zone] = STORED.exec(stored) ?? []
  return instant === undefined ? undefined : { instant, zone }
}

const formats = new Map<string, Intl.DateTimeFormat>()

const formatIn = (zone: string, named: boolean, seconds: boolean): Intl.DateTimeFormat => {
  const key = `${zone} ${named} ${seconds}`
  const known = formats.get(key)
  if (known) return known
  const format = new Intl.DateTimeFormat(undefined, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    ...(seconds && { second: '2-digit' }),
    ...(named && { timeZoneName: 'short' }),
    timeZone: zone,
  })
  formats.set(key, format)
  return format
}

/**
 * A stored date-time in its own zone, which is named where this device is in another one. A text that is no date-time is returned
 * unchanged.
 */
export const formatDateTime = (stored: string, here: string = deviceZone()): string => {
  const split = splitDateTime(stored)
  if (!split) return stored
  const zone = split.zone ?? here
  const date = new Date(split.instant)
  return formatIn(zone, zone !== here, date.getUTCSeconds() !== 0).format(date)
}

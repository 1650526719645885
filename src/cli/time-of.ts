import { usageFailure } from './failure.ts'

/** Parses a time to seconds since 1970. Without a zone it is local time, and a date is local midnight. @throws {CommandFailure} */
export const timeOf = (typed: string): number => {
  if (/^\d+(\.\d+)?$/.test(typed) && typed.length > 4) return Number(typed)
  const iso = /^\d{4}-\d\d-\d\d$/.test(typed) ? `${typed}T00:00:00` : typed
  const time = /^\d{4}-\d\d-\d\dT/.test(iso) ? Date.parse(iso) : Number.NaN
  if (Number.isNaN(time)) throw usageFailure(`TIME is such as 2026-11-21T09:30:00Z, or seconds since 1970; got "${typed}".`)
  return time / 1_000
}

/** A year, a month, a day, or a month and day without a year (`--12-24`), optionally approximate (`~`). After EDTF, ISO 8601-2. */
const DATE = /^(?:-?\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?|--(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))~?$/

/** Whether `text` is a valid date; `2026-02-30` is not. */
export const isDate = (text: string): boolean => {
  if (!DATE.test(text)) return false
  const [, year = '2000', month, day] = /^(-?\d{4}|-)-?(?:(\d\d)-(\d\d))?~?$/.exec(text) ?? []
  if (day === undefined) return true
  // For a date without a year, use a leap year, so that 29 February is valid.
  const leap = year === '-' ? 2000 : Number(year)
  const date = new Date(Date.UTC(2000, Number(month) - 1, Number(day)))
  date.setUTCFullYear(leap, Number(month) - 1, Number(day))
  return date.getUTCDate() === Number(day)
}

/**
 * What stands before a text that does not fit its field's type, in the field's column: the greatest code point there is, so that
 * such texts sort behind all others and a comparison tells them apart. Texts of people cannot be taken for it: only types that
 * every text fits keep one as it is.
 */
export const UNFIT = '\u{10FFFF}'

/** `UNFIT` as it stands in SQL. */
export const UNFIT_SQL = 'char(1114111)'

export const unfitText = (column: unknown): string | undefined =>
  typeof column === 'string' && column.startsWith(UNFIT) ? column.slice(UNFIT.length) : undefined

/**
 * The prefix of a text that does not fit its field's type, in the field's column: the greatest code point, so that such texts sort
 * after all others and a comparison detects them. It is unambiguous: fields of type `text` store their texts without it.
 */
export const UNFIT = '\u{10FFFF}'

/** `UNFIT` as a SQL expression. */
export const UNFIT_SQL = 'char(1114111)'

export const unfitText = (column: unknown): string | undefined =>
  typeof column === 'string' && column.startsWith(UNFIT) ? column.slice(UNFIT.length) : undefined

import type { FieldType } from '../../space/schema.ts'
import type { Database } from '../sqlite/sqlite.ts'
import type { Column } from './rows.ts'
import { unfitText } from './unfit.ts'

const PLAIN = /^[\t\n\r -~]*$/

/** Normalises text for filters, sorting and search: ignores letter case and diacritics, and replaces NUL, at which SQLite stops. */
export const foldLoosely = (text: string): string =>
  // Most text is plain ASCII, and testing that is cheaper than normalising.
  PLAIN.test(text)
    ? text.toLowerCase()
    : text
        .normalize('NFKD')
        .replace(/\p{Mn}+/gu, '')
        .replaceAll('\0', '␀')
        .toLowerCase()

/** The value of a text's folded column; null if the text differs from its folded form by the case of ASCII letters alone. */
export const foldedColumn = (value: Column, type: FieldType): Column => {
  // Any text fits a text field, even with the unfit prefix.
  const unfit = type === 'text' ? undefined : unfitText(value)
  if (unfit !== undefined) return foldLoosely(unfit)
  if (typeof value !== 'string' || PLAIN.test(value)) return null
  const folded = foldLoosely(value)
  return folded === value.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) ? null : folded
}

const NAME = 'tessera_fold_loosely'

/** Registers the function used by `foldedSql`. Call it first: an index may depend on the function. */
export const knowFolding = (database: Database): void => {
  database.createFunction(NAME, (_: unknown, value: unknown) => (value === null ? null : foldLoosely(String(value))), {
    deterministic: true,
  })
}

/**
 * `sql` normalised for comparison, for values without a folded column; see `foldedTextSql`. Plain text, which has as many bytes as
 * characters before the first NUL, is handled by SQLite, which is ten times faster than calling JavaScript.
 */
export const foldedSql = (sql: string): string =>
  // Evaluating a subquery twice costs more than calling JavaScript.
  /\bSELECT\b/.test(sql)
    ? `${NAME}(${sql})`
    : `CASE WHEN octet_length(${sql}) <> length(${sql}) THEN ${NAME}(${sql}) ELSE lower(${sql}) END`

/** The collation for texts from `foldedTextSql`. `LIKE` ignores the case of ASCII letters by itself. */
export const FOLDED_ORDER = 'COLLATE NOCASE'

import type { FieldType } from '../../space/schema.ts'
import type { Database } from '../sqlite/sqlite.ts'
import type { Column } from './rows.ts'
import { unfitText } from './unfit.ts'

const PLAIN = /^[\t\n\r -~]*$/

/** Text as filters, sorting and the search compare it: letter case and diacritics aside, NUL made visible, where SQLite stops. */
export const foldLoosely = (text: string): string =>
  // Most text is plain: a look at it costs less than taking it apart.
  PLAIN.test(text)
    ? text.toLowerCase()
    : text
        .normalize('NFKD')
        .replace(/\p{Mn}+/gu, '')
        .replaceAll('\0', '␀')
        .toLowerCase()

/** What stands beside a text's column: the text as it is compared, or null where the case of ASCII letters is all that differs. */
export const foldedColumn = (value: Column, type: FieldType): Column => {
  // A text fits whatever it begins with.
  const unfit = type === 'text' ? undefined : unfitText(value)
  if (unfit !== undefined) return foldLoosely(unfit)
  if (typeof value !== 'string' || PLAIN.test(value)) return null
  const folded = foldLoosely(value)
  return folded === value.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) ? null : folded
}

const NAME = 'tessera_fold_loosely'

/** Makes the function known that `foldedSql` speaks of; before anything else, since an index may be made of it. */
export const knowFolding = (database: Database): void => {
  database.createFunction(NAME, (_: unknown, value: unknown) => (value === null ? null : foldLoosely(String(value))), {
    deterministic: true,
  })
}

/**
 * `sql` as it is compared, where no column says so; see `foldedTextSql`. Plain text, which has as many bytes as characters before
 * the first NUL, stays within SQLite, which is ten times faster than calling out for it.
 */
export const foldedSql = (sql: string): string =>
  // What is looked up elsewhere costs more to work out again than to call out for.
  /\bSELECT\b/.test(sql)
    ? `${NAME}(${sql})`
    : `CASE WHEN octet_length(${sql}) <> length(${sql}) THEN ${NAME}(${sql}) ELSE lower(${sql}) END`

/** How texts that `foldedTextSql` gives are compared; `LIKE` does so by itself. */
export const FOLDED_ORDER = 'COLLATE NOCASE'

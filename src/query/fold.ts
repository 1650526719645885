import type { Database } from './sqlite.ts'

/** Text as filters, sorting and the search compare it: letter case and diacritics aside. */
export const foldLoosely = (text: string): string =>
  // Most text is plain: a look at it costs less than taking it apart.
  /^[ -~]*$/.test(text)
    ? text.toLowerCase()
    : text
        .normalize('NFKD')
        .replace(/\p{Mn}+/gu, '')
        .toLowerCase()

const NAME = 'tessera_fold_loosely'

/** Makes the function known that `foldedSql` speaks of; before anything else, since an index may be made of it. */
export const knowFolding = (database: Database): void => {
  database.createFunction(NAME, (_: unknown, value: unknown) => (value === null ? null : foldLoosely(String(value))), {
    deterministic: true,
  })
}

/** `sql` as filters compare it. Plain text stays within SQLite, which is ten times faster than calling out for it. */
export const foldedSql = (sql: string): string => `CASE WHEN ${sql} GLOB '*[^ -~]*' THEN ${NAME}(${sql}) ELSE lower(${sql}) END`

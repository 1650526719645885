import type { SpaceIndex } from './space-index.ts'
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
const folding = new WeakSet<Database>()

/** Makes the function known that `foldedSql` speaks of; once for each database. */
export const knowFolding = ({ database }: SpaceIndex): void => {
  if (folding.has(database)) return
  database.createFunction(NAME, (_: unknown, value: unknown) => (value === null ? null : foldLoosely(String(value))), {
    deterministic: true,
  })
  folding.add(database)
}

/** `sql` as filters compare it. Plain text stays within SQLite, which is ten times faster than calling out for it. */
export const foldedSql = (sql: string): string => `CASE WHEN ${sql} GLOB '*[^ -~]*' THEN ${NAME}(${sql}) ELSE lower(${sql}) END`

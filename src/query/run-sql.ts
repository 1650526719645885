import type { Column } from './rows.ts'
import type { SpaceIndex } from './space-index.ts'
import { all } from './sqlite.ts'

export const runSql = (
  index: SpaceIndex,
  sql: string,
  { rows }: { readonly rows: number; readonly milliseconds: number },
): { readonly columns: readonly string[]; readonly rows: readonly Column[][]; readonly truncated: boolean } => {
  const found = all(index.database, `SELECT * FROM (${sql}) LIMIT ${rows + 1}`)
  return { columns: [], rows: found.slice(0, rows), truncated: found.length > rows }
}

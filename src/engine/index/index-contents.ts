import { sha256 } from '@noble/hashes/sha2.js'
import { toHex, utf8 } from '../../bytes/encoding.ts'
import { OWN_COLUMNS } from '../../query/index/put-rows.ts'
import { settle } from '../../query/index/settle.ts'
import { columnName, foldedName, linkName, type SpaceIndex, tableName, treeName } from '../../query/index/space-index.ts'
import { all } from '../../query/sqlite/sqlite.ts'

/** A fingerprint of an index, to compare it with another one of the same document. */
export interface IndexContents {
  readonly records: number
  /** SHA-256 over the sorted rows of every table, link and tree; hexadecimal. */
  readonly digest: string
}

/** Omits who changed a record last: the history arrives later than the rows. */
export const indexContents = (index: SpaceIndex): IndexContents => {
  settle(index)
  const hash = sha256.create()
  let records = 0
  const add = (name: string, columns: readonly string[], order: string): number => {
    const rows = all(index.database, `SELECT ${columns.join()} FROM ${name} ORDER BY ${order}`)
    hash.update(utf8(JSON.stringify([name, columns])))
    for (const row of rows) hash.update(utf8(JSON.stringify(row)))
    return rows.length
  }
  for (const [table, fields] of [...index.columns].sort(byId)) {
    const columns = [
      ...OWN_COLUMNS,
      ...filled(index, tableName(table), [...fields.map(columnName), ...[...(index.folded.get(table) ?? [])].map(foldedName)]),
    ]
    records += add(tableName(table), columns, 'id')
  }
  for (const [link, attributes] of [...index.links].sort(byId)) {
    const columns = ['source', 'place', 'target', 'space', ...filled(index, linkName(link), attributes.map(columnName))]
    add(linkName(link), columns, 'source, place')
  }
  for (const tree of [...index.trees].sort()) add(treeName(tree), ['id', 'parent', 'ord'], 'id')
  return { records, digest: toHex(hash.digest()) }
}

const byId = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number => (one < other ? -1 : 1)

/** Sorted names of the columns that are not empty: an older index keeps columns of removed fields. */
const filled = ({ database }: SpaceIndex, name: string, columns: readonly string[]): string[] =>
  [...columns].sort().filter((column) => all(database, `SELECT 1 FROM ${name} WHERE ${column} IS NOT NULL LIMIT 1`).length > 0)

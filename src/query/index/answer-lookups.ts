import type { FieldId, RecordId, TableId } from '../../space/ids.ts'
import type { Lookup, LookupAnswers } from '../../space/lookups.ts'
import { MOST_RENEWED } from '../../space/order/order.ts'
import { everyTable } from '../../space/schema.ts'
import { all, run } from '../sqlite/sqlite.ts'
import type { Column } from './rows.ts'
import { settle } from './settle.ts'
import { columnName, entryOf, FOLD, fieldOf, linkName, type SpaceIndex, tableName, treeName } from './space-index.ts'

type Answer = LookupAnswers[Lookup['kind']]

/** Answers what a transaction needs to know about other records; see `space/lookups.ts`. */
export const answerLookup = (index: SpaceIndex, lookup: Lookup): Answer => {
  settle(index)
  switch (lookup.kind) {
    case 'holding':
      return holding(index, lookup.table, lookup.field, lookup.folded)
    case 'linking':
      return linking(index, lookup.field, lookup.to)
    case 'cascading':
      return cascading(index, lookup.table, lookup.record)
    case 'last-order':
      return lastOrder(index, tableName(lookup.table), '', lookup.before, index.columns.has(lookup.table))
    case 'last-child':
      return lastOrder(index, treeName(lookup.field), lookup.parent, lookup.before, index.trees.has(lookup.field))
    case 'rows-from':
      return rowsFrom(index, lookup.table, lookup.tree, lookup.before)
    case 'way-up':
      return wayUp(index, lookup.field, lookup.record)
    case 'last-number':
      return lastNumber(index, lookup.table, lookup.field)
  }
}

const idsOf = (rows: readonly Column[][]): RecordId[] => rows.map(([id]) => id as RecordId)

/** Compares as unique fields do. The second call builds an index. */
const holding = (index: SpaceIndex, table: TableId, field: FieldId, folded: string): RecordId[] => {
  if (!index.columns.get(table)?.includes(field)) return []
  const name = tableName(table)
  run(index.database, `CREATE INDEX IF NOT EXISTS u_${field} ON ${name} (${FOLD}(${columnName(field)}))`)
  return idsOf(
    all(index.database, `SELECT id FROM ${name} WHERE ${FOLD}(${columnName(field)}) = ? AND deleted = 0 ORDER BY id`, [folded]),
  )
}

const linking = (index: SpaceIndex, field: FieldId, to: RecordId): RecordId[] => {
  const owner = fieldOf(index, field)?.table
  if (owner === undefined || !index.links.has(field)) return []
  const sql = `SELECT DISTINCT l.source FROM ${linkName(field)} AS l JOIN ${tableName(owner)} AS t ON t.id = l.source
    WHERE l.target = ? AND t.deleted = 0 ORDER BY l.source`
  return idsOf(all(index.database, sql, [to]))
}

/** The records that restoring this record would restore with it. Computed by a trial run that is rolled back. */
const cascading = (index: SpaceIndex, table: TableId, record: RecordId): { table: TableId; record: RecordId }[] => {
  const { database, pending } = index
  const tables = everyTable(index.schema).filter(({ id }) => index.columns.has(id))
  const trashed = () =>
    new Set(
      tables.flatMap(({ id }) =>
        all(database, `SELECT id FROM ${tableName(id)} WHERE deleted = 1`).map(([each]) => `${id}/${each}`),
      ),
    )
  const before = trashed()
  const mark = (time: Column) => all(database, `UPDATE ${tableName(table)} SET marked = ? WHERE id = ?`, [time, record])
  const [marked] = all(database, `SELECT marked FROM ${tableName(table)} WHERE id = ?`, [record])
  const settleAgain = () => {
    entryOf(pending.trash, table, () => new Set<RecordId>()).add(record)
    settle(index)
  }
  mark(null)
  settleAgain()
  const after = trashed()
  mark((marked?.[0] ?? null) as Column)
  settleAgain()
  return [...before]
    .filter((key) => !after.has(key) && key !== `${table}/${record}`)
    .map((key) => ({ table: key.slice(0, 26) as TableId, record: key.slice(27) as RecordId }))
}

/** The greatest order key of the rows, or of the children of a parent; with `before`, the key just in front of that row. */
const lastOrder = (
  index: SpaceIndex,
  name: string,
  parent: RecordId | '',
  before: RecordId | undefined,
  isThere: boolean,
): string | undefined => {
  if (!isThere) return undefined
  const isTree = name.startsWith('p_')
  const where = [
    ...(isTree ? ['parent = ?1'] : []),
    ...(before === undefined ? [] : [`(ord, id) < (SELECT ord, id FROM ${name} WHERE id = ?2)`]),
  ]
  const sql = `SELECT ord FROM ${name} ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''} ORDER BY ord DESC, id DESC LIMIT 1`
  const bind = before === undefined ? (isTree ? [parent] : []) : [parent, before]
  const [row] = all(index.database, sql, bind)
  return row === undefined || row[0] === '' ? undefined : String(row[0])
}

const rowsFrom = (
  index: SpaceIndex,
  table: TableId,
  tree: { readonly field: FieldId; readonly parent: RecordId | '' } | undefined,
  before: RecordId,
): RecordId[] => {
  if (tree === undefined ? !index.columns.has(table) : !index.trees.has(tree.field)) return []
  const name = tree === undefined ? tableName(table) : treeName(tree.field)
  const within = tree === undefined ? '' : 'AND parent = ?3'
  const sql = `SELECT id FROM ${name} WHERE (ord, id) >= (SELECT ord, id FROM ${name} WHERE id = ?1 ${within}) ${within}
    ORDER BY ord, id LIMIT ?2`
  return idsOf(all(index.database, sql, [before, MOST_RENEWED + 1, ...(tree === undefined ? [] : [tree.parent])]))
}

const wayUp = (index: SpaceIndex, field: FieldId, record: RecordId): { record: RecordId; parent: RecordId | '' }[] => {
  const way: { record: RecordId; parent: RecordId | '' }[] = []
  for (let at: RecordId | '' = index.trees.has(field) ? record : ''; at !== ''; at = way.at(-1)?.parent ?? '') {
    const [row] = all(index.database, `SELECT parent FROM ${treeName(field)} WHERE id = ?`, [at])
    way.push({ record: at, parent: String(row?.[0] ?? '') as RecordId | '' })
  }
  return way
}

const lastNumber = (index: SpaceIndex, table: TableId, field: FieldId): number => {
  if (!index.columns.get(table)?.includes(field)) return 0
  const column = columnName(field)
  const [row] = all(
    index.database,
    `SELECT max(${column}) FROM ${tableName(table)} WHERE typeof(${column}) IN ('integer', 'real')`,
  )
  return Number(row?.[0] ?? 0)
}

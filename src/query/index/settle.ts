import { isCascade } from '../../space/deletion.ts'
import type { FieldId, RecordId, TableId } from '../../space/ids.ts'
import { type Field, livingTables } from '../../space/schema.ts'
import { greatestEdge, resolveTree } from '../../space/tree.ts'
import { all, run } from '../sqlite/sqlite.ts'
import { type Column, treeColumn } from './rows.ts'
import { columnName, entryOf, linkName, type SpaceIndex, tableName, treeName } from './space-index.ts'

/** With this many changed records, a tree is resolved as a whole. */
const MANY = 500

/**
 * Computes what depends on other records and changed since the last query: the parents that trees show, and which records are in
 * the trash because of others. Call it before every query; without changes it costs nothing.
 */
export const settle = (index: SpaceIndex): void => {
  const { pending } = index
  if (pending.trees.size === 0 && pending.trash.size === 0) return
  run(index.database, 'BEGIN')
  for (const [field, changed] of pending.trees) settleTree(index, field, changed)
  pending.trees.clear()
  settleTrash(index)
  pending.trash.clear()
  run(index.database, 'COMMIT')
}

const settleTree = (index: SpaceIndex, id: FieldId, changed: ReadonlySet<RecordId>): void => {
  const owner = [...index.columns].find(([, fields]) => fields.includes(id))?.[0]
  if (owner === undefined || !index.trees.has(id) || changed.size === 0) return
  if (changed.size > MANY || index.pending.tangled.has(id) || !moveEach(index, owner, id, changed)) resolveWhole(index, owner, id)
}

interface Stored {
  readonly order: string
  readonly edges: ReturnType<typeof treeColumn>['edges']
}

/** A record's edges and its order among siblings; without an order of its own, the order of the rows applies. */
const storedIn = (
  index: SpaceIndex,
  table: TableId,
  field: FieldId,
  records: readonly RecordId[] | 'all',
): Map<RecordId, Stored> => {
  const where = records === 'all' ? '' : 'WHERE id IN (SELECT value FROM json_each(?))'
  const rows = all(
    index.database,
    `SELECT id, ord, ${columnName(field)} FROM ${tableName(table)} ${where}`,
    records === 'all' ? [] : [JSON.stringify(records)],
  )
  return new Map(
    rows.map(([record, ord, column]) => {
      const { order, edges } = treeColumn(column as Column)
      return [record as RecordId, { order: order || String(ord), edges }]
    }),
  )
}

/**
 * Applies moves one by one: each record gets the parent of its last move.
 * @returns false if that would close a cycle; the whole tree must then be resolved
 */
const moveEach = (index: SpaceIndex, table: TableId, field: FieldId, changed: ReadonlySet<RecordId>): boolean => {
  const { database } = index
  const tree = treeName(field)
  const isThere = (record: RecordId) => all(database, `SELECT 1 FROM ${tableName(table)} WHERE id = ?`, [record]).length > 0
  const moved = new Set<RecordId>()
  for (const [record, { order, edges }] of storedIn(index, table, field, [...changed])) {
    const { parent: wanted } = greatestEdge(edges)
    const parent = wanted !== '' && isThere(wanted) ? wanted : ''
    if (parent !== wanted) noteOrphan(index, field, wanted as RecordId, record)
    const [was] = all(database, `SELECT parent FROM ${tree} WHERE id = ?`, [record])
    if (was?.[0] !== parent) moved.add(record)
    all(
      database,
      `INSERT INTO ${tree} (id, parent, ord) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET parent = excluded.parent, ord = excluded.ord`,
      [record, parent, order],
    )
  }
  for (const record of moved) if (isCircle(index, tree, record)) return false
  return true
}

/** Whether the ancestors of a record include the record itself. */
const isCircle = ({ database }: SpaceIndex, tree: string, record: RecordId): boolean => {
  const seen = new Set<RecordId>()
  for (let at: string = record; at !== ''; ) {
    if (seen.has(at as RecordId)) return true
    seen.add(at as RecordId)
    at = String(all(database, `SELECT parent FROM ${tree} WHERE id = ?`, [at])[0]?.[0] ?? '')
  }
  return false
}

const noteOrphan = ({ pending }: SpaceIndex, field: FieldId, parent: RecordId, child: RecordId): void => {
  const waiting = entryOf(pending.orphans, field, () => new Map<RecordId, Set<RecordId>>())
  entryOf(waiting, parent, () => new Set()).add(child)
}

const resolveWhole = (index: SpaceIndex, table: TableId, field: FieldId): void => {
  const { database, pending } = index
  const tree = treeName(field)
  const stored = storedIn(index, table, field, 'all')
  const shown = resolveTree(new Map([...stored].map(([record, { edges }]) => [record, edges])))
  const before = new Map(all(database, `SELECT id, parent FROM ${tree}`).map(([id, parent]) => [id as RecordId, String(parent)]))
  let tangled = false
  const rows: [RecordId, string, string][] = []
  for (const [record, { order, edges }] of stored) {
    const parent = shown.get(record) ?? ''
    const { parent: last } = greatestEdge(edges)
    if (last !== '' && !stored.has(last)) noteOrphan(index, field, last, record)
    else if (last !== parent) tangled = true
    rows.push([record, parent, order])
    // A record with another parent may have entered or left the trash.
    if (before.get(record) !== parent) entryOf(pending.trash, table, () => new Set<RecordId>()).add(record)
  }
  if (tangled) pending.tangled.add(field)
  else pending.tangled.delete(field)
  run(database, `DELETE FROM ${tree}`)
  all(database, `INSERT INTO ${tree} (id, parent, ord) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)`, [
    JSON.stringify(rows),
  ])
}

/** A field by which records go to the trash together with others. */
interface Rule {
  readonly table: TableId
  readonly field: Field
}

/**
 * Computes `deleted` for the changed records and for everything that depends on them. All other records keep their state, so the
 * cost of an edit is proportional to what it affects.
 */
const settleTrash = (index: SpaceIndex): void => {
  const { database, pending, columns } = index
  if (pending.trash.size === 0) return
  const rules = livingTables(index.schema).flatMap(({ id, fields }): Rule[] =>
    fields
      .filter((field) => (isCascade(field) && columns.has(field.target as TableId)) || field.type === 'tree')
      .map((field) => ({ table: id, field })),
  )
  run(
    database,
    'CREATE TEMP TABLE IF NOT EXISTS tessera_hanging (tab TEXT, id TEXT, PRIMARY KEY (tab, id)) WITHOUT ROWID; DELETE FROM temp.tessera_hanging',
  )
  for (const [table, records] of pending.trash) {
    if (!columns.has(table)) continue
    all(database, 'INSERT OR IGNORE INTO temp.tessera_hanging SELECT ?, value FROM json_each(?)', [
      table,
      JSON.stringify([...records]),
    ])
    index.totals.delete(table)
  }
  for (let grew = true; grew; ) {
    grew = false
    for (const rule of rules) {
      all(database, `INSERT OR IGNORE INTO temp.tessera_hanging SELECT '${rule.table}', ${hangingOn(rule)}`)
      if (changesOf(index) > 0) grew = true
    }
  }
  const touched = all(database, 'SELECT DISTINCT tab FROM temp.tessera_hanging').map(([table]) => table as TableId)
  for (const table of touched) {
    run(
      database,
      `UPDATE ${tableName(table)} SET deleted = (marked IS NOT NULL)
       WHERE hidden IS NULL AND deleted <> (marked IS NOT NULL) AND id IN (SELECT id FROM temp.tessera_hanging WHERE tab = '${table}')`,
    )
    if (changesOf(index) > 0) index.totals.clear()
  }
  for (let grew = true; grew; ) {
    grew = false
    for (const rule of rules) {
      run(
        database,
        `UPDATE ${tableName(rule.table)} AS own SET deleted = 1
         WHERE deleted = 0 AND id IN (SELECT id FROM temp.tessera_hanging WHERE tab = '${rule.table}') AND ${takenBy(rule)}`,
      )
      if (changesOf(index) === 0) continue
      grew = true
      index.totals.clear()
    }
  }
}

const changesOf = ({ database, sqlite }: SpaceIndex): number => sqlite.capi.sqlite3_changes(database.pointer as never)

/** The records that depend, by this rule, on those gathered so far. */
const hangingOn = ({ table, field }: Rule): string =>
  field.type === 'tree'
    ? `p.id FROM ${treeName(field.id)} AS p JOIN temp.tessera_hanging AS h ON h.tab = '${table}' AND h.id = p.parent`
    : `l.source FROM ${linkName(field.id)} AS l JOIN temp.tessera_hanging AS h ON h.tab = '${field.target}' AND h.id = l.target`

/** Whether a record goes to the trash: its parent or all linked records are gone, and at least one of them is in the trash. */
const takenBy = ({ table, field }: Rule): string => {
  if (field.type === 'tree') {
    const parent = `SELECT 1 FROM ${treeName(field.id)} AS p JOIN ${tableName(table)} AS above ON above.id = p.parent`
    return `EXISTS (${parent} WHERE p.id = own.id AND above.deleted = 1)`
  }
  const target = `SELECT 1 FROM ${linkName(field.id)} AS l LEFT JOIN ${tableName(field.target as TableId)} AS there ON there.id = l.target WHERE l.source = own.id`
  return `EXISTS (${target} AND there.deleted = 1) AND NOT EXISTS (${target} AND there.deleted <> 1)`
}

import { shape } from '../space/cells/shape.ts'
import type { FieldId, RecordId, TableId } from '../space/ids.ts'
import { type Field, primaryOf, type Table } from '../space/schema.ts'
import { type Column, storedFields } from './rows.ts'
import { settle } from './settle.ts'
import { columnName, type SpaceIndex, tableName, tableOf } from './space-index.ts'
import { all, run } from './sqlite.ts'

export interface WindowRequest {
  readonly table: TableId
  readonly offset: number
  readonly limit: number
  readonly sort?: { readonly field: FieldId; readonly descending: boolean } | undefined
  readonly deleted?: boolean | undefined
  readonly labelled?: string | undefined
  readonly around?: RecordId | undefined
}

export type Cell =
  | { readonly kind: 'value'; readonly value: string | number | boolean }
  | { readonly kind: 'links'; readonly links: readonly { readonly id: RecordId; readonly label: string | undefined }[] }
  | { readonly kind: 'unfit'; readonly text: string }

export interface Row {
  readonly id: RecordId
  readonly cells: Readonly<Record<FieldId, Cell>>
}

export interface Window {
  readonly total: number
  readonly offset: number
  readonly rows: readonly Row[]
}

/** Rows that one window holds at most. */
export const WINDOW_LIMIT = 500

const EMPTY: Window = { total: 0, offset: 0, rows: [] }

/** A stretch of a table, in order or sorted by one field, with the labels of what its links point to. */
export const readWindow = (index: SpaceIndex, request: WindowRequest): Window => {
  const table = tableOf(index, request.table)
  if (!table || !index.columns.has(table.id)) return EMPTY
  settle(index)
  const { database } = index
  const name = tableName(table.id)
  const primary = primaryOf(table)
  const labelled = request.labelled?.trim()
  const where = `deleted = ${request.deleted ? 1 : 0}${labelled && primary ? ` AND ${columnName(primary.id)} LIKE ? ESCAPE '\\'` : ''}`
  const bind = labelled && primary ? [`%${labelled.replace(/[\\%_]/g, '\\$&')}%`] : []
  const order = orderOf(index, table, request.sort)
  const total = totalOf(index, table.id, where, bind)
  const limit = Math.max(0, Math.min(WINDOW_LIMIT, Math.floor(request.limit)))
  const offset =
    request.around === undefined
      ? Math.max(0, Math.floor(request.offset))
      : offsetAround(index, name, where, bind, order, request.around, limit)
  const columns = storedFields(table).map(({ id }) => columnName(id))
  // Ids first: what lies before the window is passed over in an index, without its rows (ten times faster near the end).
  const rows = all(
    database,
    `SELECT ${['id', ...columns].join()} FROM ${name}
     WHERE id IN (SELECT id FROM ${name} WHERE ${where} ORDER BY ${order} LIMIT ${limit} OFFSET ${offset}) ORDER BY ${order}`,
    bind,
  )
  return { total, offset, rows: toRows(index, table, rows) }
}

/** One record of a table, or undefined when it is not there or in the trash. */
export const readRow = (index: SpaceIndex, tableId: TableId, record: RecordId): Row | undefined => {
  const table = tableOf(index, tableId)
  if (!table || !index.columns.has(table.id)) return undefined
  settle(index)
  const columns = ['id', ...storedFields(table).map(({ id }) => columnName(id))]
  return toRows(
    index,
    table,
    all(index.database, `SELECT ${columns.join()} FROM ${tableName(table.id)} WHERE id = ? AND deleted = 0`, [record]),
  )[0]
}

/** How many records each table has that are not in the trash. */
export const countRecords = (index: SpaceIndex): Record<TableId, number> => {
  settle(index)
  return Object.fromEntries([...index.columns.keys()].map((table) => [table, totalOf(index, table, 'deleted = 0', [])]))
}

/** How many rows of a table meet a condition; counted once for as long as the table stays as it is. */
const totalOf = (index: SpaceIndex, table: TableId, where: string, bind: readonly Column[]): number => {
  const known = index.totals.get(table) ?? new Map<string, number>()
  index.totals.set(table, known)
  const condition = JSON.stringify([where, ...bind])
  const total =
    known.get(condition) ??
    Number(all(index.database, `SELECT count(*) FROM ${tableName(table)} WHERE ${where}`, bind)[0]?.[0] ?? 0)
  known.set(condition, total)
  return total
}

const offsetAround = (
  index: SpaceIndex,
  name: string,
  where: string,
  bind: readonly Column[],
  order: string,
  record: RecordId,
  limit: number,
): number => {
  const sql = `SELECT place FROM (SELECT id, row_number() OVER (ORDER BY ${order}) AS place FROM ${name} WHERE ${where}) WHERE id = ?`
  const place = Number(all(index.database, sql, [...bind, record])[0]?.[0] ?? 1)
  return Math.max(0, place - 1 - Math.floor(limit / 2))
}

/** What a table is ordered by: empty cells last in either direction, and rows in their own order among equals. */
const orderOf = (index: SpaceIndex, table: Table, sort: WindowRequest['sort']): string => {
  const field = sort && table.fields.find(({ id }) => id === sort.field)
  if (!sort || !field) return 'ord, id'
  const by = sortExpression(index, field)
  const direction = sort.descending ? 'DESC' : 'ASC'
  if (by === columnName(field.id)) {
    run(
      index.database,
      `CREATE INDEX IF NOT EXISTS s${direction}_${table.id}_${field.id} ON ${tableName(table.id)} (deleted, ${by} IS NULL, ${by} COLLATE NOCASE ${direction}, ord, id)`,
    )
  }
  return `${columnName(field.id)} IS NULL, ${by} COLLATE NOCASE ${direction}, ord, id`
}

const sortExpression = (index: SpaceIndex, field: Field): string => {
  const column = columnName(field.id)
  if (field.type === 'choice') {
    const places = field.options.map(({ id }, place) => `WHEN '${id}' THEN ${place}`)
    return places.length === 0 ? column : `CASE ${column} ${places.join(' ')} ELSE ${places.length} END`
  }
  const target = field.type === 'link' && field.target ? tableOf(index, field.target) : undefined
  const primary = target && primaryOf(target)
  if (!target || !primary || !index.columns.get(target.id)?.includes(primary.id)) return column
  return `(SELECT ${columnName(primary.id)} FROM ${tableName(target.id)} AS target WHERE target.id = json_extract(${column}, '$[0]'))`
}

const toRows = (index: SpaceIndex, table: Table, rows: readonly Column[][]): Row[] => {
  const labels = labelsOf(index, table, rows)
  return rows.map(([id, ...columns]) => {
    const cells: Record<FieldId, Cell> = {}
    storedFields(table).forEach((field, at) => {
      const stored = columns[at]
      if (stored === null || stored === undefined) return
      const links = field.type === 'link' ? idsIn(stored) : undefined
      cells[field.id] = links
        ? { kind: 'links', links: links.map((to) => ({ id: to, label: labels.get(to) })) }
        : shape(field, stored)
    })
    return { id: id as RecordId, cells }
  })
}

const idsIn = (stored: Column): RecordId[] | undefined =>
  typeof stored === 'string' && stored.startsWith('["') ? (JSON.parse(stored) as RecordId[]) : undefined

/** The first field of every record that these rows point to and that is here and not in the trash. */
const labelsOf = (index: SpaceIndex, table: Table, rows: readonly Column[][]): Map<RecordId, string> => {
  const labels = new Map<RecordId, string>()
  storedFields(table).forEach((field, at) => {
    const target = field.type === 'link' && field.target ? tableOf(index, field.target) : undefined
    const primary = target && primaryOf(target)
    if (!target || !primary || !index.columns.has(target.id)) return
    const wanted = JSON.stringify([...new Set(rows.flatMap((row) => idsIn(row[at + 1] ?? null) ?? []))])
    const sql = `SELECT id, ${columnName(primary.id)} FROM ${tableName(target.id)} WHERE deleted = 0 AND id IN (SELECT value FROM json_each(?))`
    for (const [id, label] of all(index.database, sql, [wanted]))
      labels.set(id as RecordId, label === null || label === undefined ? '' : String(label))
  })
  return labels
}

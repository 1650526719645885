import { type Shaped, shape } from '../../space/cells/shape.ts'
import type { StoredFile } from '../../space/cells/stored.ts'
import type { FieldId, OptionId, RecordId, SpaceId } from '../../space/ids.ts'
import type { Field, Table } from '../../space/schema.ts'
import { QueryError } from '../errors.ts'
import { newCompiling } from '../fields/compiling.ts'
import { formerLinksSql, labelSql, shownRecords, shownSql, showsFormerLinks, valueSql } from '../fields/field-sql.ts'
import type { Column } from '../index/rows.ts'
import { columnName, fieldOf, linkName, type SpaceIndex, tableName, tableOf, treeName } from '../index/space-index.ts'
import { unfitText } from '../index/unfit.ts'
import { guarded } from '../sqlite/guard.ts'
import { all, asNumber } from '../sqlite/sqlite.ts'

/** The displayed content of a cell; empty cells are left out. */
export type Cell =
  | { readonly kind: 'value'; readonly value: string | number | boolean }
  | { readonly kind: 'links'; readonly links: readonly LinkedRecord[] }
  /** In the order of the field. */
  | {
      readonly kind: 'options'
      readonly options: readonly { readonly id: OptionId; readonly name: string; readonly colour: number }[]
      readonly text: string
    }
  | { readonly kind: 'files'; readonly files: readonly StoredFile[]; readonly text: string }
  /** The record under which a tree shows this one. */
  | { readonly kind: 'parent'; readonly parent: LinkedRecord; readonly text: string }
  /** A value that does not fit the field's type, unchanged; for a computed field, the reason why it failed. */
  | { readonly kind: 'unfit'; readonly text: string }

export interface LinkedRecord {
  readonly id: RecordId
  /** Undefined if the record is not shown: see `state`. */
  readonly label: string | undefined
  /** Why there is no label: in the trash, purged, or not (yet) on this device. */
  readonly state?: 'trashed' | 'purged' | 'absent'
  /** The label of a record in the trash. */
  readonly was?: string
  /** The other space that the record is in. */
  readonly space?: SpaceId
  /** The attributes of the link. */
  readonly attributes?: Readonly<Record<FieldId, Shaped>>
}

export type Cells = Record<FieldId, Cell>

/** Time limits in milliseconds for the columns of one kind, links or computed fields. */
const TOTAL_MS = 2_000
const COLUMN_MS = 1_000

/** The cells of these records. */
export const cellsOfRows = (index: SpaceIndex, table: Table, ids: readonly RecordId[]): Map<RecordId, Cells> => {
  const cells = new Map<RecordId, Cells>(ids.map((id) => [id, {}]))
  const wanted = JSON.stringify(ids)
  const put = (id: Column | undefined, field: Field, cell: Cell | undefined) => {
    const row = cells.get(id as RecordId)
    if (row && cell) row[field.id] = cell
  }
  const known = new Set(index.columns.get(table.id))
  const stored = table.fields.filter(({ id, type }) => known.has(id) && type !== 'tree' && type !== 'auto-number')
  const columns = ['id', ...stored.map(({ id }) => columnName(id))]
  const sql = `SELECT ${columns.join()} FROM ${tableName(table.id)} WHERE id IN (SELECT value FROM json_each(?))`
  for (const [id, ...values] of all(index.database, sql, [wanted])) {
    for (const [at, field] of stored.entries()) put(id, field, storedCell(field, values[at]))
  }
  const linksEnd = performance.now() + TOTAL_MS
  for (const field of table.fields) {
    const putColumn =
      field.type === 'link'
        ? putLinks
        : field.type === 'tree'
          ? putParents
          : stored.includes(field) && showsFormerLinks({ index }, field)
            ? putFormerLinks
            : undefined
    if (!putColumn) continue
    try {
      guarded(index, { milliseconds: remaining(linksEnd) }, () => putColumn(index, field, wanted, put))
    } catch (error) {
      if (!(error instanceof index.sqlite.SQLite3Error) && !(error instanceof QueryError)) throw error
      for (const id of ids) put(id, field, failedCell(index, error))
    }
  }
  const computedEnd = performance.now() + TOTAL_MS
  for (const field of table.fields) {
    if (field.type === 'link' || field.type === 'tree') continue
    if (!known.has(field.id) || field.type === 'auto-number') putComputed(index, field, ids, put, computedEnd)
  }
  return cells
}

/** The time of one column before the deadline of all. */
const remaining = (end: number): number => Math.max(1, Math.min(COLUMN_MS, end - performance.now()))

const failedCell = ({ sqlite: { capi, SQLite3Error } }: SpaceIndex, error: unknown): Cell => {
  const isStopped = error instanceof SQLite3Error && (error.resultCode & 0xff) === capi.SQLITE_INTERRUPT
  return { kind: 'unfit', text: isStopped ? 'Stopped, because it takes too long.' : reasonOf(error) }
}

type Put = (id: Column | undefined, field: Field, cell: Cell | undefined) => void

const storedCell = (field: Field, column: Column | undefined): Cell | undefined => {
  if (column === null || column === undefined) return undefined
  const unfit = unfitText(column)
  switch (field.type) {
    case 'text':
    case 'long-text':
      return { kind: 'value', value: column }
    case 'choices':
      return unfit === undefined ? optionsCell(field, String(column)) : { kind: 'unfit', text: unfit }
    case 'file': {
      if (unfit !== undefined) return { kind: 'unfit', text: unfit }
      const files = JSON.parse(String(column)) as StoredFile[]
      return { kind: 'files', files, text: files.map(({ name }) => name).join(', ') }
    }
    case 'link':
      return unfit === undefined ? undefined : { kind: 'unfit', text: unfit }
    default:
      // Options may have changed since the row was written.
      return shape(field, unfit ?? column)
  }
}

const optionsCell = (field: Field, column: string): Cell | undefined => {
  const chosen = new Set(JSON.parse(column) as OptionId[])
  const options = field.options.filter(({ id }) => chosen.has(id)).map(({ id, name, colour }) => ({ id, name, colour }))
  return options.length === 0 ? undefined : { kind: 'options', options, text: options.map(({ name }) => name).join(', ') }
}

/** The names of the records that a cell linked to before its field's type changed. */
const putFormerLinks = (index: SpaceIndex, field: Field, wanted: string, put: Put): void => {
  const compiling = newCompiling(index)
  const linked = `SELECT 1 FROM ${linkName(field.id)} AS former WHERE former.source = r.id`
  const sql = `SELECT r.id, ${formerLinksSql(compiling, field, 'r')} FROM ${tableName(field.table)} AS r
    WHERE r.id IN (SELECT value FROM json_each(?)) AND EXISTS (${linked})`
  const kind = field.type === 'text' || field.type === 'long-text' ? 'value' : 'unfit'
  for (const [id, names] of all(index.database, sql, [wanted])) {
    const text = String(names)
    put(id, field, kind === 'value' ? { kind, value: text } : { kind, text })
  }
}

/** The links of these records by one field, whichever side stores them. */
const putLinks = (index: SpaceIndex, field: Field, wanted: string, put: Put): void => {
  const { inverse } = field.settings
  const links = new Map<RecordId, LinkedRecord[]>()
  const rows = inverse === undefined ? storedLinks(index, field, wanted) : inverseLinks(index, field, wanted)
  for (const { from, ...link } of rows) {
    const known = links.get(from)
    if (known) known.push(link)
    else links.set(from, [link])
  }
  for (const [id, each] of links) put(id, field, { kind: 'links', links: each })
}

type FoundLink = LinkedRecord & { readonly from: RecordId }

const storedLinks = (index: SpaceIndex, field: Field, wanted: string): FoundLink[] => {
  const attributes = field.attributes.filter(({ id }) => index.links.get(field.id)?.includes(id))
  if (!index.links.has(field.id)) return []
  const target = field.target ? tableOf(index, field.target) : undefined
  const there = target && index.columns.has(target.id) ? target : undefined
  const label = there ? labelSql(newCompiling(index), there, 't') : 'NULL'
  const join = there ? `LEFT JOIN ${tableName(there.id)} AS t ON t.id = l.target` : ''
  const columns = [
    'l.source',
    'l.target',
    'l.space',
    there ? 't.deleted' : 'NULL',
    label,
    'EXISTS (SELECT 1 FROM tessera_purged AS gone WHERE gone.id = l.target)',
    ...attributes.map(({ id }) => `l.${columnName(id)}`),
  ]
  const sql = `SELECT ${columns.join()} FROM ${linkName(field.id)} AS l ${join} WHERE l.source IN (SELECT value FROM json_each(?)) ORDER BY l.source, l.place`
  return all(index.database, sql, [wanted]).map(([from, id, space, deleted, shown, purged, ...kept]) => ({
    from: from as RecordId,
    id: id as RecordId,
    ...standing(deleted as Column, shown as Column, purged === 1),
    ...(space !== null && space !== undefined && { space: space as unknown as SpaceId }),
    ...(attributes.length > 0 && { attributes: attributesOf(attributes, kept) }),
  }))
}

const standing = (deleted: Column, label: Column, purged: boolean): Pick<LinkedRecord, 'label' | 'state' | 'was'> => {
  if (deleted === 0) return { label: String(label ?? '') }
  if (deleted === 1) return { label: undefined, state: 'trashed', was: String(label ?? '') }
  return { label: undefined, state: purged ? 'purged' : 'absent' }
}

const attributesOf = (attributes: readonly Field[], kept: readonly Column[]): Record<FieldId, Shaped> =>
  Object.fromEntries(
    attributes.flatMap((attribute, at) => {
      const value = kept[at]
      return value === null || value === undefined ? [] : [[attribute.id, shape(attribute, unfitText(value) ?? value)]]
    }),
  )

/** The links from records of another table to these, without records in the trash. */
const inverseLinks = (index: SpaceIndex, field: Field, wanted: string): FoundLink[] => {
  const compiling = newCompiling(index)
  const stored = field.settings.inverse === undefined ? undefined : fieldOf(index, field.settings.inverse)
  const shown = shownRecords(compiling, field, 'r')
  if (!shown || !stored) return []
  const sql = `SELECT r.id, ${shown.record}.id, ${labelSql(compiling, shown.table, shown.record)} FROM ${tableName(field.table)} AS r CROSS JOIN ${shown.from.replace(' WHERE ', ' WHERE r.id IN (SELECT value FROM json_each(?)) AND ')} ORDER BY r.id, ${shown.order}`
  return all(index.database, sql, [wanted]).map(([from, id, label]) => ({
    from: from as RecordId,
    id: id as RecordId,
    label: String(label ?? ''),
  }))
}

const putParents = (index: SpaceIndex, field: Field, wanted: string, put: Put): void => {
  const table = tableOf(index, field.table)
  if (!table || !index.trees.has(field.id)) return
  const sql = `SELECT p.id, t.id, t.deleted, ${labelSql(newCompiling(index), table, 't')} FROM ${treeName(field.id)} AS p JOIN ${tableName(table.id)} AS t ON t.id = p.parent
    WHERE p.id IN (SELECT value FROM json_each(?))`
  for (const [id, parent, deleted, label] of all(index.database, sql, [wanted])) {
    const shown = { id: parent as RecordId, ...standing(deleted as Column, label as Column, false) }
    put(id, field, { kind: 'parent', parent: shown, text: shown.label ?? '' })
  }
}

/** Computes a column for all rows at once. If that fails, computes each row separately, so that one bad row affects no other. */
const putComputed = (index: SpaceIndex, field: Field, ids: readonly RecordId[], put: Put, allEnd: number): void => {
  let sql: string
  try {
    const compiling = newCompiling(index)
    const stored = valueSql(compiling, field, 'r')
    // A text that is no number is still marked: a date may look like a number that two records have.
    const value =
      field.type === 'auto-number'
        ? `CASE WHEN typeof(${stored}) = 'text' THEN ${stored} ELSE ${shownSql(compiling, field, 'r')} END`
        : stored
    sql = `SELECT r.id, ${value} FROM ${tableName(field.table)} AS r WHERE r.id IN (SELECT value FROM json_each(?))`
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    for (const id of ids) put(id, field, failedCell(index, error))
    return
  }
  const end = performance.now() + remaining(allEnd)
  const read = (some: readonly RecordId[]) => {
    const milliseconds = Math.max(1, end - performance.now())
    for (const [id, value] of guarded(index, { milliseconds, fine: true }, () =>
      all(index.database, sql, [JSON.stringify(some)]),
    ))
      put(id, field, computedCell(value))
  }
  try {
    read(ids)
  } catch (whole) {
    for (const id of ids) {
      try {
        if (performance.now() > end) throw whole
        read([id])
      } catch (error) {
        put(id, field, failedCell(index, error))
      }
    }
  }
}

const computedCell = (value: Column | undefined): Cell | undefined => {
  if (value === null || value === undefined) return undefined
  const unfit = unfitText(value)
  if (unfit !== undefined) return { kind: 'unfit', text: unfit }
  if ((value as unknown) instanceof Uint8Array) return { kind: 'unfit', text: 'Bytes are no value.' }
  if (typeof value === 'number' && !Number.isFinite(value)) return { kind: 'unfit', text: 'No number.' }
  return { kind: 'value', value: asNumber(value) }
}

/** SQLite's message without its prefix and result code. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/^[A-Z_]+: sqlite3 result code \d+: /, '') : String(error)

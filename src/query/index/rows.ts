import { type Cell, cellsOf, formerLinksOf, type LinkCell } from '../../space/cells/cell.ts'
import type { FieldId, RecordId } from '../../space/ids.ts'
import type { StoredRecord } from '../../space/read-records.ts'
import type { Field, Table } from '../../space/schema.ts'
import type { ParentEdge } from '../../space/tree.ts'
import type { Scalar } from '../../space/value.ts'
import { UNFIT } from './unfit.ts'

/**
 * The value of a column. Texts and numbers are stored unchanged, a checkbox as 0 or 1. Several links or options, files, and the
 * parents of a record in a tree are stored as JSON. Values that do not fit the field's type have the prefix `UNFIT`.
 */
export type Column = string | number | null

/** A record as a row of the index; `columns` follow the table's stored fields. */
export interface IndexRow {
  readonly id: RecordId
  readonly order: string
  /** Seconds since 1970 when the record itself was put into the trash. */
  readonly marked: number | undefined
  /** Seconds since 1970. */
  readonly created: number
  /** The device that created it: 16 bytes in hexadecimal. */
  readonly by: string
  /** The import that created it, if that is unfinished or undone. Such records are not shown. */
  readonly batch: string | undefined
  readonly columns: readonly Column[]
  /** Links with attributes, or into other spaces. All other links are stored in their column. */
  readonly links: readonly LinkRow[]
}

/** A link with its attributes. */
export interface LinkRow {
  readonly field: FieldId
  readonly place: number
  readonly to: RecordId
  readonly space: string | undefined
  /** By the field's attributes, in their order. */
  readonly attributes: readonly Column[]
}

/** Whether a field has a column. Computed fields, and links stored on the other side, have none. */
export const isStored = ({ type, settings }: Field): boolean =>
  type !== 'lookup' &&
  type !== 'rollup' &&
  type !== 'formula' &&
  type !== 'created' &&
  type !== 'changed' &&
  type !== 'created-by' &&
  type !== 'changed-by' &&
  !(type === 'link' && settings.inverse !== undefined)

/** SQLite allows 2,000 columns per table. A space within its limits has 500 fields per table. */
const COLUMNS = 1_900

export const storedFields = ({ fields }: Pick<Table, 'fields'>): readonly Field[] => fields.filter(isStored).slice(0, COLUMNS)

/** @param table the current table; cells are converted to the present types of its fields */
export const toIndexRow = (table: Table, { id, flat, by }: StoredRecord): IndexRow => {
  const fields = storedFields(table)
  const cells = cellsOf(fields, flat)
  const links: LinkRow[] = []
  for (const field of fields) {
    const cell = field.type === 'link' ? cells.get(field.id) : undefined
    if (cell?.kind === 'links') for (const [place, link] of cell.links.entries()) links.push(linkRow(field, link, place))
    for (const [place, to] of formerLinksOf(field, flat).entries()) links.push(linkRow(field, { to, attributes: {} }, place))
  }
  const batch = flat['~batch']
  return {
    id,
    order: String(flat['~order'] ?? ''),
    marked: flat['~deleted'] === undefined ? undefined : Number(flat['~deleted']),
    created: Number(flat['~created'] ?? 0),
    by,
    batch: batch === undefined || table.batches[String(batch)] === 'done' ? undefined : String(batch),
    columns: fields.map((field) => columnOf(cells.get(field.id)) ?? loneOrder(field, flat)),
    links,
  }
}

const linkRow = (field: Field, { to, space, attributes }: LinkCell, place: number): LinkRow => ({
  field: field.id,
  place,
  to,
  space,
  attributes: field.attributes.map(({ id }) => {
    const shaped = attributes[id]
    return shaped === undefined ? null : shaped.kind === 'value' ? scalarColumn(shaped.value) : UNFIT + shaped.text
  }),
})

const scalarColumn = (value: Scalar): Column => (typeof value === 'boolean' ? Number(value) : value)

const columnOf = (cell: Cell | undefined): Column => {
  switch (cell?.kind) {
    case undefined:
      return null
    case 'value':
      return scalarColumn(cell.value)
    case 'unfit':
      return UNFIT + cell.text
    case 'text':
      return cell.text
    case 'links':
      return JSON.stringify(cell.to)
    case 'options':
      return JSON.stringify(cell.options)
    case 'files':
      return JSON.stringify(cell.files)
    case 'parents':
      return JSON.stringify({ order: cell.order, parents: cell.parents.map(({ parent, count }) => [parent, count]) })
  }
}

/** After a partly undone move, a record may have an order among the top-level records but no parent. */
const loneOrder = (field: Field, flat: StoredRecord['flat']): Column => {
  const order = field.type === 'tree' ? flat[`${field.id}/order`] : undefined
  return order === undefined ? null : JSON.stringify({ order: String(order), parents: [] })
}

/** Parses the column of a tree. */
export const treeColumn = (column: Column | undefined): { readonly order: string; readonly edges: readonly ParentEdge[] } => {
  if (typeof column !== 'string' || !column.startsWith('{')) return { order: '', edges: [] }
  const { order, parents } = JSON.parse(column) as { order: string; parents: [RecordId | '', number][] }
  return { order, edges: parents.map(([parent, count]) => ({ parent, count })) }
}

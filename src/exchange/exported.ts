import { type Cell, cellsOf, formerLinksOf, mayHoldFormerLinks } from '../space/cells/cell.ts'
import { plainText } from '../space/cells/plain-text.ts'
import { deletedRecords, edgesOf } from '../space/deletion.ts'
import type { FieldId, RecordId, SpaceId, TableId } from '../space/ids.ts'
import { byOrder } from '../space/order/order.ts'
import { readTable, type StoredRecord } from '../space/read-records.ts'
import { type Field, livingTables, primaryOf, type Schema, type Table } from '../space/schema.ts'
import type { Space } from '../space/space.ts'
import { resolveTree } from '../space/tree.ts'
import type { Scalar } from '../space/value.ts'

/** An item with an id and a name. */
export interface Named {
  readonly id: string
  readonly name: string
}

export interface ExportedLink extends Named {
  /** The space of the linked record, if it is another one. */
  readonly space?: SpaceId
  /** The link's attributes, by name. */
  readonly with?: Readonly<Record<string, Scalar>>
}

/** A cell; a value that does not fit its field is exported as text. */
export type ExportedValue =
  | { readonly kind: 'value'; readonly value: Scalar }
  | { readonly kind: 'options'; readonly options: readonly Named[] }
  | { readonly kind: 'links'; readonly links: readonly ExportedLink[] }
  | { readonly kind: 'parent'; readonly parent: Named }
  | {
      readonly kind: 'files'
      readonly files: readonly { readonly hash: string; readonly name: string; readonly mime: string; readonly size: number }[]
    }

export interface ExportedField {
  /** The field's name, with a number if another field of the table has it. */
  readonly key: string
  readonly field: Field
}

export interface ExportedRecord {
  readonly id: RecordId
  /** Seconds since 1970. */
  readonly created: number
  /** By `key`; empty cells are left out. */
  readonly values: Readonly<Record<string, ExportedValue>>
}

export interface ExportedTable {
  readonly id: TableId
  /** The table's name, with a number if another table has it. */
  readonly key: string
  readonly icon: string
  readonly primary: FieldId | undefined
  readonly fields: readonly ExportedField[]
  readonly records: readonly ExportedRecord[]
}

/** The input of every export format: a space as shown, without the trash and computed fields. */
export interface ExportedSpace {
  readonly id: SpaceId
  readonly name: string
  readonly description: string
  readonly tables: readonly ExportedTable[]
}

/** Computed fields and inverse links are left out, because they follow from what is exported. */
const isExported = ({ type, settings }: Field): boolean =>
  !['lookup', 'rollup', 'formula', 'changed', 'created-by', 'changed-by'].includes(type) && settings.inverse === undefined

export const exportedSpace = (space: Space, id: SpaceId): ExportedSpace => {
  const { schema } = space
  const all = livingTables(schema).map((table) => ({ table, records: shown(table, [...readTable(space, table.id)].flat()) }))
  const deleted = deletedRecords(all)
  const living = all.map(({ table, records }) => ({
    table,
    records: records.filter((record) => !deleted.has(`${table.id}/${record.id}`)),
  }))
  const labels = labelsOf(schema, living)
  // As in windows, texts can contain names of records in the trash.
  const names = schema.tables.some(({ fields }) => fields.some(mayHoldFormerLinks)) ? labelsOf(schema, all) : labels
  const keys = distinctNames(schema.tables.map(({ name }) => name))
  return {
    id,
    name: schema.name,
    description: schema.description,
    tables: schema.tables.map((table, at) => {
      const records = living.find((each) => each.table.id === table.id)?.records ?? []
      return exportedTable(table, keys[at] ?? table.name, records, labels, names)
    }),
  }
}

/** In row order, without records of unfinished imports. */
const shown = (table: Table, records: readonly StoredRecord[]): StoredRecord[] =>
  records
    .filter(({ flat }) => flat['~batch'] === undefined || table.batches[String(flat['~batch'])] === 'done')
    .map((record) => ({ record, id: record.id, order: String(record.flat['~order'] ?? '') }))
    .sort(byOrder)
    .map(({ record }) => record)

type Labels = ReadonlyMap<string, string>

const labelsOf = (schema: Schema, living: readonly { readonly table: Table; readonly records: readonly StoredRecord[] }[]) => {
  const labels = new Map<string, string>()
  for (const { table, records } of living) {
    const primary = schema.tables.includes(table) ? primaryOf(table) : undefined
    if (primary && primary.type !== 'link')
      for (const { id, flat } of records) labels.set(id, plainText(primary, cellsOf([primary], flat).get(primary.id)))
  }
  return labels
}

const exportedTable = (
  table: Table,
  key: string,
  records: readonly StoredRecord[],
  labels: Labels,
  names: Labels,
): ExportedTable => {
  const own = table.fields.filter(isExported)
  const keys = distinctNames(own.map(({ name }) => name))
  const fields = own.map((field, at) => ({ key: keys[at] ?? field.name, field }))
  const trees = new Map(
    own.filter(({ type }) => type === 'tree').map((field) => [field.id, resolveTree(edgesOf(field, records))] as const),
  )
  return {
    id: table.id,
    key,
    icon: table.icon,
    primary: primaryOf(table)?.id,
    fields,
    records: records.map(({ id, flat }) => {
      const created = Number(flat['~created'] ?? 0)
      const cells = cellsOf(own, flat)
      const values = fields.flatMap(({ key: name, field }): [string, ExportedValue][] => {
        const parent = trees.get(field.id)?.get(id)
        const former = formerLinksOf(field, flat)
        const value = parent
          ? parentOf(parent, labels)
          : former.length > 0
            ? { kind: 'value' as const, value: former.map((to) => names.get(to) || to).join(', ') }
            : exportedValue(field, cells.get(field.id), created, labels)
        return value ? [[name, value]] : []
      })
      return { id, created, values: Object.fromEntries(values) }
    }),
  }
}

const parentOf = (parent: RecordId, labels: Labels): ExportedValue => ({
  kind: 'parent',
  parent: { id: parent, name: labels.get(parent) ?? '' },
})

const optionNamed = (field: Field, id: string): Named => ({ id, name: field.options.find((each) => each.id === id)?.name ?? '' })

const exportedValue = (field: Field, cell: Cell | undefined, created: number, labels: Labels): ExportedValue | undefined => {
  if (field.type === 'created') return { kind: 'value', value: new Date(created * 1_000).toISOString() }
  switch (cell?.kind) {
    case 'value':
      if (field.type === 'choice') return { kind: 'options', options: [optionNamed(field, String(cell.value))] }
      return { kind: 'value', value: cell.value }
    case 'text':
    case 'unfit':
      return { kind: 'value', value: cell.text }
    case 'options':
      return { kind: 'options', options: cell.options.map((id) => optionNamed(field, id)) }
    case 'files':
      return { kind: 'files', files: cell.files.map(({ hash, name, mime, size }) => ({ hash, name, mime, size })) }
    case 'links':
      return { kind: 'links', links: cell.links.map((link) => exportedLink(field, link, labels)) }
    default:
      return undefined
  }
}

type LinkIn = Extract<Cell, { kind: 'links' }>['links'][number]

const exportedLink = (field: Field, { to, space, attributes }: LinkIn, labels: Labels): ExportedLink => {
  const kept = field.attributes.flatMap((attribute): [string, Scalar][] => {
    const shaped = attributes[attribute.id]
    if (!shaped) return []
    const text = plainText(attribute, shaped)
    return [[attribute.name, shaped.kind === 'value' && attribute.type !== 'choice' ? shaped.value : text]]
  })
  return {
    id: to,
    name: labels.get(to) ?? '',
    ...(space !== undefined && { space }),
    ...(kept.length > 0 && { with: Object.fromEntries(kept) }),
  }
}

/** Makes names unique (ignoring case) by appending numbers. */
const distinctNames = (names: readonly string[]): string[] => {
  const taken = new Set(['_id'])
  return names.map((name) => {
    let free = name
    for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${name} (${number})`
    taken.add(free.toLowerCase())
    return free
  })
}

/** A cell as a single value, for tables of text. */
export const flatValue = (value: ExportedValue | undefined): Scalar | null => {
  switch (value?.kind) {
    case undefined:
      return null
    case 'value':
      return value.value
    case 'options':
      return value.options.map(({ name }) => name).join(', ')
    case 'links':
      return value.links.map(({ id, name }) => name || id).join(', ')
    case 'parent':
      return value.parent.name || value.parent.id
    case 'files':
      return value.files.map(({ name }) => name).join(', ')
  }
}

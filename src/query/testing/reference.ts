/** A reference implementation of windows that reads the document alone. Tests compare the index with it. */
import { cellOf, formerLinksOf, type Cell as StoredCell } from '../../space/cells/cell.ts'
import { deletedRecords, edgesOf } from '../../space/deletion.ts'
import type { FieldId, RecordId, TableId } from '../../space/ids.ts'
import { byOrder } from '../../space/order/order.ts'
import { readTable, type StoredRecord } from '../../space/read-records.ts'
import { everyTable, type Field, livingTables, primaryOf, type Table } from '../../space/schema.ts'
import type { Space } from '../../space/space.ts'
import { resolveTree } from '../../space/tree.ts'
import type { Cell, Cells, LinkedRecord } from '../windows/cells.ts'
import type { Row } from '../windows/read-window.ts'

const COMPUTED: ReadonlySet<string> = new Set(['lookup', 'rollup', 'formula', 'created', 'changed', 'created-by', 'changed-by'])

export interface Reference {
  readonly deleted: ReadonlySet<string>
  /** Rows without computed cells, in their order. */
  rows(table: Table, deleted: boolean): Row[]
  record(table: TableId, id: RecordId): StoredRecord | undefined
  label(table: Table, record: StoredRecord): string
}

/** A row without its computed cells. */
export const storedOnly = (table: Table, { id, cells }: Row): Row => ({
  id,
  cells: Object.fromEntries(
    table.fields.flatMap(({ id: field, type }): [FieldId, Cell][] => {
      const cell = cells[field]
      return cell && !COMPUTED.has(type) ? [[field, cell]] : []
    }),
  ),
})

/** @param missing the state of a linked record that does not exist */
export const referenceOf = (space: Space, missing: 'absent' | 'purged'): Reference => {
  const { schema } = space
  const tables = new Map(everyTable(schema).map((table) => [table.id, table]))
  const records = new Map([...tables.keys()].map((id) => [id, [...readTable(space, id)].flat()]))
  const deleted = deletedRecords(livingTables(schema).map((table) => ({ table, records: records.get(table.id) ?? [] })))
  const isDeleted = (table: TableId, { id, flat }: StoredRecord) =>
    deleted.has(`${table}/${id}`) || flat['~deleted'] !== undefined
  const record = (table: TableId, id: RecordId) => records.get(table)?.find((each) => each.id === id)

  const shown = (field: Field, cell: StoredCell | undefined): string => {
    switch (cell?.kind) {
      case 'value':
        return field.type === 'choice'
          ? (field.options.find(({ id }) => id === cell.value)?.name ?? '')
          : String(typeof cell.value === 'boolean' ? Number(cell.value) : cell.value)
      case 'unfit':
      case 'text':
        return cell.text
      default:
        return ''
    }
  }
  const label = (table: Table, each: StoredRecord): string => {
    const primary = primaryOf(table)
    return primary ? shown(primary, cellOf(primary, each.flat)) : ''
  }

  const linked = (target: TableId | undefined, id: RecordId): LinkedRecord => {
    const table = target === undefined ? undefined : tables.get(target)
    const found = table && record(table.id, id)
    if (!table || !found) return { id, label: undefined, state: missing }
    return isDeleted(table.id, found)
      ? { id, label: undefined, state: 'trashed' as const, was: label(table, found) }
      : { id, label: label(table, found) }
  }

  const cellIn = (
    table: Table,
    field: Field,
    each: StoredRecord,
    parents: ReadonlyMap<RecordId, RecordId | ''>,
  ): Cell | undefined => {
    if (field.type === 'link' && field.settings.inverse !== undefined) {
      const stored = [...tables.values()].flatMap(({ fields }) => fields).find(({ id }) => id === field.settings.inverse)
      const owner = stored && tables.get(stored.table)
      if (!stored || !owner || stored.type !== 'link') return undefined
      const links = (records.get(owner.id) ?? [])
        .filter((one) => {
          const cell = cellOf(stored, one.flat)
          return !isDeleted(owner.id, one) && cell?.kind === 'links' && cell.to.includes(each.id)
        })
        .map((one) => ({ one, order: String(one.flat['~order']), id: one.id }))
        .sort(byOrder)
        .map(({ one, id }) => ({ id, label: label(owner, one) }))
      return links.length > 0 ? { kind: 'links', links } : undefined
    }
    const cell = cellOf(field, each.flat)
    if (field.type === 'tree') {
      const parent = parents.get(each.id) ?? ''
      if (parent === '') return undefined
      const above = linked(table.id, parent)
      return { kind: 'parent', parent: above, text: above.label ?? '' }
    }
    const former = formerLinksOf(field, each.flat).map((to) => linked(field.target, to))
    if (former.length > 0) {
      const text = former.map(({ id, label: name, was }) => name ?? was ?? id).join(', ')
      return field.type === 'text' || field.type === 'long-text' ? { kind: 'value', value: text } : { kind: 'unfit', text }
    }
    switch (cell?.kind) {
      case 'value':
      case 'unfit':
        return cell
      case 'text':
        return { kind: 'value', value: cell.text }
      case 'links':
        return { kind: 'links', links: cell.to.map((to) => linked(field.target, to)) }
      case 'options': {
        const options = field.options.filter(({ id }) => cell.options.includes(id))
        return { kind: 'options', options, text: options.map(({ name }) => name).join(', ') }
      }
      case 'files':
        return { kind: 'files', files: cell.files, text: cell.files.map(({ name }) => name).join(', ') }
      default:
        return undefined
    }
  }

  return {
    deleted,
    record,
    label,
    rows: (table, wanted) => {
      const all = records.get(table.id) ?? []
      const trees = new Map(
        table.fields.filter(({ type }) => type === 'tree').map((field) => [field.id, resolveTree(edgesOf(field, all))]),
      )
      return all
        .filter((each) => isDeleted(table.id, each) === wanted)
        .map((each) => ({ each, order: String(each.flat['~order']), id: each.id }))
        .sort(byOrder)
        .map(({ each, id }) => ({
          id,
          cells: Object.fromEntries(
            table.fields.flatMap((field): [FieldId, Cell][] => {
              const cell = COMPUTED.has(field.type) ? undefined : cellIn(table, field, each, trees.get(field.id) ?? new Map())
              return cell ? [[field.id, cell]] : []
            }),
          ) as Cells,
        }))
    },
  }
}

import type { Cell, Edit, Field, RecordId } from '../../engine/api/engine.ts'
import { isEditable } from './field-type.ts'
import type { LineValue } from './read-value.ts'

/** What an editor wants done to a cell: the edits, and what the cell shows until they came back. */
export interface CellChange {
  readonly edits: readonly Edit[]
  readonly cell: Cell | undefined
}

/** A cell that is set, or emptied by `null`. */
export const setCell = (field: Field, record: RecordId, value: LineValue): CellChange => ({
  edits: [{ do: 'set', table: field.table, record, field: field.id, value }],
  cell: value === null ? undefined : { kind: 'value', value },
})

/** A text that does not fit the field's type, kept in the cell and shown marked. */
export const keepText = (field: Field, record: RecordId, text: string): CellChange => ({
  edits: [{ do: 'set', table: field.table, record, field: field.id, value: text, keep: true }],
  cell: { kind: 'unfit', text },
})

const linksOf = (cell: Cell | undefined) => (cell?.kind === 'links' ? cell.links : [])

/** One more link, or another one in place of the only one. */
export const addLink = (
  field: Field,
  record: RecordId,
  cell: Cell | undefined,
  to: RecordId,
  label: string | undefined,
): CellChange => {
  const others = field.many ? linksOf(cell).filter(({ id }) => id !== to) : []
  return {
    edits: [{ do: 'link', table: field.table, record, field: field.id, to }],
    cell: { kind: 'links', links: [...others, { id: to, label }] },
  }
}

export const removeLink = (field: Field, record: RecordId, cell: Cell | undefined, to: RecordId): CellChange => {
  const links = linksOf(cell).filter(({ id }) => id !== to)
  return {
    edits: [{ do: 'unlink', table: field.table, record, field: field.id, to }],
    cell: links.length > 0 ? { kind: 'links', links } : undefined,
  }
}

/** A cell with nothing in it; undefined when there is nothing to empty. */
export const clearCell = (field: Field, record: RecordId, cell: Cell | undefined): CellChange | undefined => {
  if (!cell || !isEditable(field)) return undefined
  if (cell.kind !== 'links') return setCell(field, record, null)
  return {
    edits: cell.links.map(({ id }) => ({ do: 'unlink', table: field.table, record, field: field.id, to: id })),
    cell: undefined,
  }
}

import type { Cell, Edit, Field, RecordId } from '../../engine/api/engine.ts'
import { isEditable } from './field-type.ts'
import type { LineValue } from './read-value.ts'

/** A change of a cell: its edits, and the cell to show until the index has them. */
export interface CellChange {
  readonly edits: readonly Edit[]
  readonly cell: Cell | undefined
}

/** Sets a cell; `null` empties it. */
export const setCell = (field: Field, record: RecordId, value: LineValue): CellChange => ({
  edits: [{ do: 'set', table: field.table, record, field: field.id, value }],
  cell: value === null ? undefined : { kind: 'value', value },
})

/** Stores a text that does not fit the field's type; the cell shows it marked. */
export const keepText = (field: Field, record: RecordId, text: string): CellChange => ({
  edits: [{ do: 'set', table: field.table, record, field: field.id, value: text, keep: true }],
  cell: { kind: 'unfit', text },
})

const linksOf = (cell: Cell | undefined) => (cell?.kind === 'links' ? cell.links : [])

/** Adds a link; a field for one link replaces it. */
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

/** Empties a cell; undefined when it is empty or not editable. */
export const clearCell = (field: Field, record: RecordId, cell: Cell | undefined): CellChange | undefined => {
  if (!cell || !isEditable(field)) return undefined
  if (cell.kind !== 'links') return setCell(field, record, null)
  return {
    edits: cell.links.map(({ id }) => ({ do: 'unlink', table: field.table, record, field: field.id, to: id })),
    cell: undefined,
  }
}

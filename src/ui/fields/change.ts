import type { Cell, Edit, Field, Option, RecordId } from '../../engine/api/engine.ts'
import type { LineValue } from './editors/read-value.ts'
import { isEditable } from './field-type.ts'

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

/** Whether a text may be cut before this UTF-16 unit: not inside a surrogate pair. */
const isWhole = (text: string, at: number): boolean => !/[\udc00-\udfff]/.test(text[at] ?? '')

/** Changes a long text by one splice of what differs, so that concurrent edits of other parts are kept. */
export const writeText = (field: Field, record: RecordId, before: string, text: string): CellChange => {
  let start = 0
  while (start < before.length && start < text.length && before[start] === text[start]) start++
  while (!(isWhole(before, start) && isWhole(text, start))) start--
  let end = 0
  while (end < before.length - start && end < text.length - start && before.at(-1 - end) === text.at(-1 - end)) end++
  while (!(isWhole(before, before.length - end) && isWhole(text, text.length - end))) end--
  const splice = { at: start, remove: before.length - end - start, insert: text.slice(start, text.length - end) }
  return {
    edits: [{ do: 'splice', table: field.table, record, field: field.id, ...splice }],
    cell: { kind: 'value', value: text },
  }
}

/** One option more or fewer of several choices. */
export const toggleOption = (field: Field, record: RecordId, cell: Cell | undefined, option: Option): CellChange => {
  const chosen = cell?.kind === 'options' ? cell.options : []
  const isChosen = chosen.some(({ id }) => id === option.id)
  const known = field.options.some(({ id }) => id === option.id) ? field.options : [...field.options, option]
  const options = known.filter(({ id }) => (id === option.id ? !isChosen : chosen.some((each) => each.id === id)))
  return {
    edits: [{ do: isChosen ? 'remove' : 'add', table: field.table, record, field: field.id, value: option.id }],
    cell: options.length > 0 ? { kind: 'options', options, text: options.map(({ name }) => name).join(', ') } : undefined,
  }
}

/** A record below another one in a tree, or at its top. */
export const moveBelow = (
  field: Field,
  record: RecordId,
  parent: { readonly id: RecordId; readonly label: string } | undefined,
): CellChange => ({
  edits: [{ do: 'move', table: field.table, record, field: field.id, parent: parent?.id ?? null }],
  cell: parent && { kind: 'parent', parent, text: parent.label },
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
  if (cell.kind === 'parent') return moveBelow(field, record, undefined)
  if (cell.kind !== 'links') return setCell(field, record, null)
  return {
    edits: cell.links.map(({ id }) => ({ do: 'unlink', table: field.table, record, field: field.id, to: id })),
    cell: undefined,
  }
}

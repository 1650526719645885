import { recordObject } from '../containers.ts'
import { SpaceError } from '../errors.ts'
import { isId, type RecordId } from '../ids.ts'
import type { Field } from '../schema.ts'
import type { DocumentPath } from '../steps.ts'
import { greatestEdge, type ParentEdge } from '../tree.ts'
import { fieldOf, tableOf, type Writing } from './draft.ts'
import type { Edit } from './edits.ts'
import { rowOrder } from './order-keys.ts'

type Move = Extract<Edit, { do: 'move' }>
type RecordPlace = Extract<DocumentPath, { in: 'record' }>

/** Moves a branch in a tree, or a row among the rows. */
export const move = (writing: Writing, edit: Move): void => {
  const table = tableOf(writing, edit.table)
  const place: RecordPlace = { in: 'record', table: table.id, record: edit.record }
  if (edit.field === undefined) {
    writing.recorder.put(place, '~order', rowOrder(writing, { table: table.id }, place.record, edit.before))
    return
  }
  const field = fieldOf(writing, edit.field, table.id)
  if (field.type !== 'tree') throw new SpaceError('wrong-type', `"${field.name}" is not a tree; its type is ${field.type}.`)
  if (edit.parent !== undefined) moveBranch(writing, field, place, edit.parent ?? '')
  else writing.recorder.read(place, '~order')
  const parent = shownParent(writing, field, place.record)
  const order = childOrder(writing, field, parent, place.record, edit.before)
  writing.recorder.put(place, `${field.id}/order`, order)
}

const childOrder = (
  writing: Writing,
  { id: field, table }: Field,
  parent: RecordId | '',
  record: RecordId,
  before: RecordId | null | undefined,
): string => rowOrder(writing, { table, tree: { field, parent } }, record, before)

/** All parents that a record ever had; of concurrent values under one key, the greatest. */
const edgesOf = ({ recorder }: Writing, field: Field, place: DocumentPath): ParentEdge[] =>
  recorder.keys(place, `${field.id}/`).flatMap((key) => {
    const parent = key.slice(field.id.length + 1)
    const count = parent === '' || isId(parent) ? recorder.greatest(place, key) : undefined
    return count === undefined ? [] : [{ parent: parent as RecordId | '', count }]
  })

const placeOf = (field: Field, record: RecordId): DocumentPath => ({ in: 'record', table: field.table, record })

const isThere = ({ transaction, containers }: Writing, field: Field, record: RecordId): boolean =>
  recordObject(transaction, containers, field.table, record) !== undefined

/**
 * A record and its ancestors, upwards, with the parents under which they are shown. If the last moves form no cycle, these are the
 * parents; otherwise the whole tree must be resolved.
 */
const wayUp = (writing: Writing, field: Field, record: RecordId): readonly { record: RecordId; parent: RecordId | '' }[] => {
  const way: { record: RecordId; parent: RecordId | '' }[] = []
  const seen = new Set<RecordId>()
  let at: RecordId | '' = record
  while (at !== '') {
    if (seen.has(at)) return writing.ask({ kind: 'way-up', table: field.table, field: field.id, record })
    seen.add(at)
    const { parent } = greatestEdge(edgesOf(writing, field, placeOf(field, at)))
    const shown = parent !== '' && isThere(writing, field, parent) ? parent : ''
    way.push({ record: at, parent: shown })
    at = shown
  }
  return way
}

const shownParent = (writing: Writing, field: Field, record: RecordId): RecordId | '' =>
  wayUp(writing, field, record)[0]?.parent ?? ''

const moveBranch = (writing: Writing, field: Field, place: RecordPlace, parent: RecordId | ''): void => {
  if (parent !== '' && !isThere(writing, field, parent))
    throw new SpaceError('not-found', `"${field.name}" has no record ${parent} to move ${place.record} below.`)
  const above = parent === '' ? [] : wayUp(writing, field, parent)
  if (parent === place.record || above.some(({ record }) => record === place.record))
    throw new SpaceError(
      'cycle',
      `${place.record} cannot be moved below ${parent}, which is the same record or one of its descendants.`,
    )
  // A record that is shown elsewhere than its last move said gets its shown parent written, or this move could make it jump.
  for (const { record, parent: shown } of [...wayUp(writing, field, place.record), ...above]) {
    if (record === place.record) continue
    const last = greatestEdge(edgesOf(writing, field, placeOf(field, record)))
    if (last.parent !== shown && !(shown === '' && !isThere(writing, field, last.parent as RecordId)))
      writeEdge(writing, field, placeOf(field, record), shown)
  }
  writeEdge(writing, field, place, parent)
}

const writeEdge = (writing: Writing, field: Field, place: DocumentPath, parent: RecordId | ''): void => {
  const edges = edgesOf(writing, field, place)
  if (edges.length > 0 && greatestEdge(edges).parent === parent) return
  const greatest = edges.reduce((count, edge) => Math.max(count, edge.count), -1)
  writing.recorder.put(place, `${field.id}/${parent}`, greatest + 1)
}

/** Places a new record below a parent, as the last child. */
export const placeInTree = (writing: Writing, field: Field, place: RecordPlace, parent: RecordId | ''): void => {
  if (parent !== '') moveBranch(writing, field, place, parent)
  writing.recorder.put(place, `${field.id}/order`, childOrder(writing, field, parent, place.record, undefined))
}

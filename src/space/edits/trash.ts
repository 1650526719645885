import { recordObject } from '../containers.ts'
import { SpaceError } from '../errors.ts'
import type { RecordId, TableId } from '../ids.ts'
import type { Field } from '../schema.ts'
import type { DocumentPath } from '../steps.ts'
import { checkKnownVersion } from '../versions/version.ts'
import { fieldOf, optionOf, replaceField, tableOf, viewOf, type Writing } from './draft.ts'
import type { Deletable, Edit } from './edits.ts'

type Trash = Extract<Edit, { do: 'delete' | 'restore' | 'purge' }>

/** Deletes to the trash, restores or purges. */
export const trash = (writing: Writing, { do: what, what: thing }: Trash): void => {
  if ('option' in thing) return trashOption(writing, what, thing)
  const place = placeOf(writing, thing)
  if (what === 'purge') return purge(writing, place)
  if (what === 'restore') return writing.recorder.remove(place, '~deleted')
  if (place.in === 'record') checkRestrict(writing, place)
  writing.recorder.put(place, '~deleted', writing.now)
}

const placeOf = (writing: Writing, thing: Exclude<Deletable, { option: unknown }>): Exclude<DocumentPath, { in: 'info' }> => {
  if ('field' in thing) {
    const known = writing.draft.fields.get(thing.field as Field['id'])
    return { in: 'field', field: (known ?? fieldOf(writing, thing.field, thing.table)).id }
  }
  if ('view' in thing) return { in: 'view', view: viewOf(writing, thing.view, thing.table).id }
  const table = tableOf(writing, thing.table).id
  return 'record' in thing ? { in: 'record', table, record: thing.record } : { in: 'table', table }
}

const trashOption = (writing: Writing, what: Trash['do'], thing: Extract<Deletable, { option: unknown }>): void => {
  const field = fieldOf(writing, thing.field, thing.table)
  const place: DocumentPath = { in: 'field', field: field.id }
  if (what === 'purge') throw new SpaceError('wrong-type', 'An option cannot be purged: records may still use it.')
  if (what === 'restore') return writing.recorder.remove(place, `option/${thing.option}/deleted`)
  const option = optionOf(field, thing.option)
  writing.recorder.put(place, `option/${option}/deleted`, writing.now)
  // A later edit of the same transaction may give its name to another option.
  replaceField(writing, { ...field, options: field.options.filter(({ id }) => id !== option) })
}

/** @throws {SpaceError} `restricted` if a record that stays has a restricting link to this one */
const checkRestrict = ({ draft, schema, ask }: Writing, { table, record }: { table: TableId; record: RecordId }): void => {
  draft.deleted.add(record)
  const trashed = new Set([
    ...schema.deleted.fields.map(({ id }) => id as string),
    ...schema.deleted.tables.map(({ id }) => id as string),
  ])
  for (const field of draft.fields.values()) {
    const { onDelete, inverse } = field.settings
    if (field.type !== 'link' || field.target !== table || onDelete !== 'restrict' || inverse !== undefined) continue
    if (trashed.has(field.id) || trashed.has(field.table)) continue
    const holder = ask({ kind: 'linking', field: field.id, to: record }).find((each) => !draft.deleted.has(each))
    if (holder === undefined) continue
    const from = draft.tables.get(field.table)?.name ?? field.table
    throw new SpaceError(
      'restricted',
      `${record} cannot be deleted: ${holder} of "${from}" links to it by "${field.name}". Unlink it, or delete that one first.`,
    )
  }
}

const purge = (writing: Writing, place: Exclude<DocumentPath, { in: 'info' }>): void => {
  checkKnownVersion(writing.schema.version, writing.knows, 'take anything away for good')
  const { recorder, now, draft, ask } = writing
  if (recorder.read(place, '~deleted') === undefined)
    throw new SpaceError('not-deleted', 'Only items in the trash can be purged, because purging is final. Delete it first.')
  recorder.purge(place, now)
  if (place.in === 'record') {
    for (const { table, record } of ask({ kind: 'cascading', table: place.table, record: place.record })) {
      if (recordObject(writing.transaction, writing.containers, table, record) !== undefined)
        recorder.purge({ in: 'record', table, record }, now)
    }
  } else if (place.in === 'table') {
    for (const { id, table, attributes } of draft.fields.values()) {
      if (table !== place.table) continue
      for (const field of [id, ...attributes.map((attribute) => attribute.id)]) recorder.purge({ in: 'field', field }, now)
    }
    for (const { id, table } of draft.views.values()) if (table === place.table) recorder.purge({ in: 'view', view: id }, now)
  }
}

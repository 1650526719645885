import { recordObject } from '../containers.ts'
import { SpaceError } from '../errors.ts'
import { isId, type RecordId, type SpaceId } from '../ids.ts'
import type { Field } from '../schema.ts'
import type { DocumentPath } from '../steps.ts'
import { acceptList, acceptSingle } from './accept.ts'
import { fieldOf, tableOf, type Writing } from './draft.ts'
import type { AttributeInput, CellInput, Edit } from './edits.ts'
import { orderAt } from './order-keys.ts'

/** Maximum number of links per cell. A record's map is flat, so each link adds to it. */
export const LINK_LIMIT = 10_000

type LinkEdit = Extract<Edit, { do: 'link' | 'unlink' }>
type RecordPlace = Extract<DocumentPath, { in: 'record' }>

export const editLink = (writing: Writing, edit: LinkEdit): void => {
  const table = tableOf(writing, edit.table)
  const field = fieldOf(writing, edit.field, table.id)
  if (field.type !== 'link' || field.unknownType !== undefined)
    throw new SpaceError('wrong-type', `"${field.name}" is not a link; its type is ${field.unknownType ?? field.type}.`)
  const { inverse } = field.settings
  if (inverse !== undefined) {
    // The links are stored on the other side.
    const stored = fieldOf(writing, inverse)
    const mirrored = { ...edit, table: stored.table, field: stored.id, record: edit.to, to: edit.record }
    if (edit.do === 'link') checkThere(writing, field, edit.record, field.table)
    return editLink(writing, mirrored)
  }
  const place: RecordPlace = { in: 'record', table: table.id, record: edit.record }
  if (edit.do === 'unlink') removeLink(writing, field, place, linkKey(field, edit.to, edit.space))
  else addLink(writing, field, place, edit)
}

const linkKey = (field: Field, to: RecordId, space: SpaceId | undefined): string => {
  const expected = field.settings.space
  if (!isId(to)) throw new SpaceError('bad-value', `"${field.name}" takes the id of a record, got ${JSON.stringify(to)}.`)
  if (expected === undefined) return `${field.id}/${to}`
  if (space !== undefined && space !== expected)
    throw new SpaceError('bad-value', `"${field.name}" links to the space ${expected}, not to ${space}.`)
  return `${field.id}/${expected}/${to}`
}

/** Whether a key of the record is a link, not an attribute of one. */
const isLinkKey = (field: Field, key: string): boolean => key.split('/').length === (field.settings.space === undefined ? 2 : 3)

const linkKeys = ({ recorder }: Writing, field: Field, place: DocumentPath): string[] =>
  recorder
    .keys(place, `${field.id}/`)
    .filter((key) => isLinkKey(field, key) && typeof recorder.read(place, key) === 'string' && isId(key.split('/').at(-1)))

const removeLink = ({ recorder }: Writing, field: Field, place: DocumentPath, key: string): void => {
  recorder.remove(place, key)
  for (const attribute of recorder.keys(place, `${key}/`)) recorder.remove(place, attribute)
  if (recorder.read(place, field.id) === key.split('/').at(-1)) recorder.remove(place, field.id)
}

const checkThere = ({ transaction, containers }: Writing, field: Field, to: RecordId, target = field.target): void => {
  if (field.settings.space !== undefined) return
  if (target === undefined || recordObject(transaction, containers, target, to) === undefined)
    throw new SpaceError(
      'not-found',
      `"${field.name}" can only link to existing records; ${to} does not exist or is in the trash.`,
    )
}

/** @throws {SpaceError} `not-unique` if the field allows one link per target and another record already links to it */
const checkOne = ({ ask, draft }: Writing, field: Field, record: RecordId, to: RecordId): void => {
  if (field.settings.one !== true) return
  const key = `${field.id}>${to}`
  const here = draft.unique.holders.get(key)
  const elsewhere = ask({ kind: 'linking', field: field.id, to }).find(
    (each) => each !== record && !draft.unique.written.has(`${field.id}>${each}`),
  )
  const holder = here !== undefined && here !== record ? here : elsewhere
  if (holder !== undefined)
    throw new SpaceError(
      'not-unique',
      `"${field.name}" allows one record to link to ${to}, and ${holder} does. Unlink that one first.`,
    )
  draft.unique.holders.set(key, record)
}

const addLink = (writing: Writing, field: Field, place: RecordPlace, edit: Extract<Edit, { do: 'link' }>): void => {
  const { recorder } = writing
  const key = linkKey(field, edit.to, edit.space)
  checkThere(writing, field, edit.to)
  checkOne(writing, field, place.record, edit.to)
  if (!field.many) {
    if (edit.attributes !== undefined)
      throw new SpaceError('wrong-type', `"${field.name}" holds a single link, which has no attributes.`)
    return setOne(writing, field, place, edit.to)
  }
  const single = recorder.read(place, field.id)
  if (recorder.read(place, key) === undefined) {
    const keys = linkKeys(writing, field, place)
    if (keys.length >= LINK_LIMIT)
      throw new SpaceError('too-many', `A cell holds at most ${LINK_LIMIT.toLocaleString('en')} links.`)
    // Remove old attributes, so that they do not reappear with a new link.
    for (const attribute of recorder.keys(place, `${key}/`)) recorder.remove(place, attribute)
    recorder.put(place, key, orderOf(writing, place, keys, field, edit.before))
    if (single === edit.to) recorder.remove(place, field.id)
  } else if (edit.before !== undefined) {
    const others = linkKeys(writing, field, place).filter((each) => each !== key)
    recorder.put(place, key, orderOf(writing, place, others, field, edit.before))
  }
  putAttributes(writing, field, place, key, edit.attributes ?? {})
}

const orderOf = (
  { recorder }: Writing,
  place: DocumentPath,
  keys: readonly string[],
  field: Field,
  before: RecordId | null | undefined,
): string => {
  const sorted = keys
    .map((key) => ({ place, key, order: String(recorder.read(place, key)) }))
    .sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : a.key < b.key ? -1 : 1))
  const found = before === null || before === undefined ? -1 : sorted.findIndex(({ key }) => key.endsWith(`/${before}`))
  if (before !== null && before !== undefined && found < 0)
    throw new SpaceError('not-found', `"${field.name}" has no link to ${before} to place this one before.`)
  const at = found < 0 ? sorted.length : found
  return orderAt(recorder, sorted, at)
}

const putAttributes = ({ recorder }: Writing, field: Field, place: DocumentPath, key: string, input: AttributeInput): void => {
  for (const [ref, value] of Object.entries(input)) {
    const wanted = ref.trim().toLowerCase()
    const attribute =
      field.attributes.find(({ id }) => id === ref) ?? field.attributes.find(({ name }) => name.toLowerCase() === wanted)
    if (!attribute)
      throw new SpaceError(
        'not-found',
        `"${field.name}" keeps no "${ref}" with its links. It keeps ${field.attributes.map(({ name }) => `"${name}"`).join(', ') || 'nothing'}.`,
      )
    const stored = acceptSingle(attribute, value)
    if (stored === undefined) recorder.remove(place, `${key}/${attribute.id}`)
    else recorder.put(place, `${key}/${attribute.id}`, stored)
  }
}

const setOne = (writing: Writing, field: Field, place: RecordPlace, to: RecordId | undefined): void => {
  const { recorder } = writing
  if (to === undefined) recorder.remove(place, field.id)
  else recorder.put(place, field.id, to)
  for (const key of linkKeys(writing, field, place)) removeLink(writing, field, place, key)
  // Removing the record from the list has also removed the single link.
  if (to !== undefined) recorder.put(place, field.id, to)
}

/** Sets a cell to exactly these links. */
export const setLinks = (writing: Writing, field: Field, place: RecordPlace, input: CellInput): void => {
  if (field.settings.inverse !== undefined) return setInverse(writing, field, place, input)
  if (!field.many) {
    const list = Array.isArray(input) ? (input as readonly string[]) : undefined
    if (list !== undefined && list.length > 1)
      throw new SpaceError('bad-value', `"${field.name}" holds one record, got ${list.length}.`)
    const to = acceptSingle(field, list === undefined ? input : (list[0] ?? null)) as RecordId | undefined
    if (to !== undefined) {
      checkThere(writing, field, to)
      checkOne(writing, field, place.record, to)
    }
    writing.draft.unique.written.add(`${field.id}>${place.record}`)
    return setOne(writing, field, place, to)
  }
  const wanted = acceptList(field, input) as RecordId[]
  const keys = new Set(wanted.map((to) => linkKey(field, to, undefined)))
  writing.recorder.remove(place, field.id)
  for (const key of linkKeys(writing, field, place)) if (!keys.has(key)) removeLink(writing, field, place, key)
  for (const to of wanted) {
    addLink(writing, field, place, { do: 'link', table: field.table, record: place.record, field: field.id, to })
  }
}

const setInverse = (writing: Writing, field: Field, place: RecordPlace, input: CellInput): void => {
  const stored = fieldOf(writing, field.settings.inverse as string)
  const wanted = new Set(acceptList(field, input) as RecordId[])
  const now = writing.ask({ kind: 'linking', field: stored.id, to: place.record })
  const edit = (what: 'link' | 'unlink', record: RecordId): LinkEdit => ({
    do: what,
    table: stored.table,
    field: stored.id,
    record,
    to: place.record,
  })
  for (const record of now) if (!wanted.has(record)) editLink(writing, edit('unlink', record))
  for (const record of wanted) if (!now.includes(record)) editLink(writing, edit('link', record))
}

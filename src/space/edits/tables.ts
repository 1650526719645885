import { emptyBuckets } from '../containers.ts'
import { SpaceError } from '../errors.ts'
import type { TableId, ViewId } from '../ids.ts'
import { orderKeys } from '../order/order.ts'
import type { Table, View } from '../schema.ts'
import type { DocumentPath } from '../steps.ts'
import { checkName, checkText, type Scalar } from '../value.ts'
import type { NewMap } from '../write.ts'
import { fieldOf, tableOf, takeId, viewOf, type Writing } from './draft.ts'
import type { Edit, ViewInput } from './edits.ts'
import { createField } from './fields.ts'
import { orderAmong, orderAt } from './order-keys.ts'

/** Maximum number of tables. Limits apply to edits; data beyond them is still read. */
export const TABLE_LIMIT = 500
/** Maximum number of views per table. */
export const VIEW_LIMIT = 500
/** Maximum length of a view's filter, sort or group, in characters. */
const VIEW_JSON = 50_000

type Of<Do extends Edit['do']> = Extract<Edit, { do: Do }>

const checkIcon = (icon: string): string => {
  if ([...icon].length > 20)
    throw new SpaceError('bad-value', `An icon is one symbol or a short word, got "${icon.slice(0, 40)}".`)
  return checkText(icon, 'An icon')
}

const checkColour = (colour: number): number => {
  if (!Number.isInteger(colour) || colour < 1 || colour > 12)
    throw new SpaceError('bad-value', `A colour is a whole number from 1 to 12, got ${colour}.`)
  return colour
}

export const updateSpace = ({ recorder }: Writing, edit: Of<'update-space'>): void => {
  const place: DocumentPath = { in: 'info' }
  if (edit.name !== undefined) recorder.put(place, 'name', checkName(edit.name, 'a space'))
  if (edit.icon !== undefined) recorder.put(place, 'icon', checkIcon(edit.icon))
  if (edit.colour !== undefined) recorder.put(place, 'colour', checkColour(edit.colour))
  if (edit.description !== undefined) recorder.put(place, 'description', checkText(edit.description, 'The description'))
}

export const createTable = (writing: Writing, edit: Of<'create-table'>): void => {
  const { draft, transaction, containers, recorder, now } = writing
  if (draft.tables.size >= TABLE_LIMIT) throw new SpaceError('too-many', `A space holds at most ${TABLE_LIMIT} tables.`)
  const id = takeId(edit.id, (table) => draft.tables.has(table), 'Table')
  const name = checkName(edit.name, 'a table')
  const icon = checkIcon(edit.icon ?? '')
  transaction.make(containers.tables, id, {
    name,
    '~order': orderAmong(writing, tablePlaces(writing)),
    '~created': now,
    ...(icon !== '' && { icon }),
  })
  transaction.make(containers.records, id, emptyBuckets())
  const table: Table = { id, name, icon, primary: undefined, fields: [], views: [], batches: {} }
  draft.tables.set(id, table)
  recorder.made({ in: 'table', table: id })
  for (const field of edit.fields ?? []) createField(writing, id, field)
}

const tablePlaces = ({ draft }: Writing) =>
  [...draft.tables.keys()].map((table) => ({ id: table as string, place: { in: 'table', table } as DocumentPath }))

export const updateTable = (writing: Writing, edit: Of<'update-table'>): void => {
  const { recorder, draft } = writing
  const table = tableOf(writing, edit.table)
  const place: DocumentPath = { in: 'table', table: table.id }
  let next = table
  if (edit.name !== undefined) {
    next = { ...next, name: checkName(edit.name, 'a table') }
    recorder.put(place, 'name', next.name)
  }
  if (edit.icon !== undefined) recorder.put(place, 'icon', checkIcon(edit.icon))
  if (edit.primary !== undefined) {
    next = { ...next, primary: fieldOf(writing, edit.primary, table.id).id }
    recorder.put(place, 'primary', next.primary as string)
  }
  if (edit.before !== undefined) {
    const before = edit.before === null ? null : tableOf(writing, edit.before).id
    const others = tablePlaces(writing).filter(({ id }) => id !== table.id)
    recorder.put(place, '~order', orderAmong(writing, others, before))
  }
  draft.tables.set(table.id, next)
}

export const createView = (writing: Writing, edit: Of<'create-view'>): void => {
  const { draft, transaction, containers, recorder, now } = writing
  const table = tableOf(writing, edit.table)
  const siblings = [...draft.views.values()].filter((view) => view.table === table.id)
  if (siblings.length >= VIEW_LIMIT) throw new SpaceError('too-many', `A table has at most ${VIEW_LIMIT} views.`)
  const id = takeId(edit.id, (view: ViewId) => draft.views.has(view), 'View')
  const content: Record<string, Scalar> = {
    table: table.id,
    name: checkName(edit.name, 'a view'),
    kind: checkName(edit.kind, "a view's kind"),
    '~order': orderAmong(writing, viewPlaces(siblings)),
    '~created': now,
  }
  transaction.make(containers.views, id, content as NewMap)
  draft.views.set(id, { id, table: table.id, name: String(content.name), kind: String(content.kind), columns: [] })
  recorder.made({ in: 'view', view: id })
  const { filter, sort, group, columns } = edit
  writeView(writing, id, table.id, { filter, sort, group, ...(columns !== undefined && { columns }) })
}

const viewPlaces = (views: readonly View[]) =>
  views.map(({ id }) => ({ id: id as string, place: { in: 'view', view: id } as DocumentPath }))

export const updateView = (writing: Writing, edit: Of<'update-view'>): void => {
  const view = viewOf(writing, edit.view, edit.table)
  writeView(writing, view.id, view.table, edit)
  if (edit.before === undefined) return
  const before = edit.before === null ? null : viewOf(writing, edit.before, view.table).id
  const others = [...writing.draft.views.values()].filter(({ id, table }) => table === view.table && id !== view.id)
  writing.recorder.put({ in: 'view', view: view.id }, '~order', orderAmong(writing, viewPlaces(others), before))
}

const writeView = (writing: Writing, view: ViewId, table: TableId, input: ViewInput): void => {
  const { recorder } = writing
  const place: DocumentPath = { in: 'view', view }
  if (input.name !== undefined) recorder.put(place, 'name', checkName(input.name, 'a view'))
  if (input.kind !== undefined) recorder.put(place, 'kind', checkName(input.kind, "a view's kind"))
  for (const key of ['filter', 'sort', 'group'] as const) {
    const value = input[key]
    if (value === null) recorder.remove(place, key)
    else if (value !== undefined) {
      const json = JSON.stringify(value)
      if (json.length > VIEW_JSON)
        throw new SpaceError(
          'too-large',
          `The ${key} of a view has ${json.length} characters as JSON; at most ${VIEW_JSON} are possible.`,
        )
      recorder.put(place, key, json)
    }
  }
  for (const [ref, column] of Object.entries(input.columns ?? {})) {
    const field = fieldOf(writing, ref, table)
    const prefix = `column/${field.id}`
    if (column.width === null) recorder.remove(place, `${prefix}/width`)
    else if (column.width !== undefined) recorder.put(place, `${prefix}/width`, checkWidth(column.width))
    if (column.hidden !== undefined) recorder.put(place, `${prefix}/hidden`, column.hidden)
    if (column.before !== undefined) {
      const before = column.before === null ? null : fieldOf(writing, column.before, table).id
      recorder.put(place, `${prefix}/order`, columnOrder(writing, place, table, field.id, before))
    }
  }
}

/** CSS pixels. */
const checkWidth = (width: number): number => {
  if (!(width >= 20 && width <= 5_000)) throw new SpaceError('bad-value', `A column is 20 to 5,000 pixels wide, got ${width}.`)
  return Math.round(width)
}

/** Columns have the order of the fields until one is moved; then each column gets an order key in this view. */
const columnOrder = (writing: Writing, place: DocumentPath, table: TableId, moved: string, before: string | null): string => {
  const { recorder } = writing
  const orderOf = (field: string) => {
    const own = recorder.read(place, `column/${field}/order`)
    return typeof own === 'string' ? own : undefined
  }
  const fields = tableOf(writing, table).fields.map(({ id }) => id as string)
  for (const field of fields) {
    if (orderOf(field) !== undefined) continue
    const last = fields
      .flatMap((each) => orderOf(each) ?? [])
      .sort()
      .at(-1)
    recorder.put(place, `column/${field}/order`, orderKeys(1, last)[0] as string)
  }
  const sorted = fields
    .filter((field) => field !== moved)
    .map((field) => ({ field, place, key: `column/${field}/order`, order: orderOf(field) ?? '' }))
    .sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : a.field < b.field ? -1 : 1))
  const found = before === null ? -1 : sorted.findIndex(({ field }) => field === before)
  const at = found < 0 ? sorted.length : found
  return orderAt(recorder, sorted, at)
}

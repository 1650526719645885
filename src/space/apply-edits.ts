import { isDate, parseNumber } from './cell.ts'
import { type Containers, emptyBuckets, recordObject } from './containers.ts'
import type { CellInput, Deletable, Edit, FieldInput, OptionInput } from './edits.ts'
import { SpaceError } from './errors.ts'
import { bucketOf, type FieldId, isId, newId, type OptionId, type RecordId, type TableId } from './ids.ts'
import { orderKeys } from './order.ts'
import { everyTable, FIELD_TYPES, type Field, type Schema, type Table } from './schema.ts'
import type { Place, Recorder } from './steps.ts'
import { checkName, type Scalar } from './value.ts'
import type { NewMap, Transaction } from './write.ts'

/** Limits of a space; beyond them other devices still read what is there. */
export const TABLE_LIMIT = 500
export const FIELD_LIMIT = 500
export const OPTION_LIMIT = 5_000

export interface Writing {
  readonly transaction: Transaction
  readonly containers: Containers
  readonly recorder: Recorder
  /** As it stood before the transaction. */
  readonly schema: Schema
  /** Seconds since 1970. */
  readonly now: number
  /** The greatest order key of a table's records. */
  lastOrder(table: TableId): string | undefined
}

/** The tables and fields as they stand while a transaction goes on: the schema before it, and what it made or changed. */
interface Draft {
  tables: Map<TableId, Table>
  fields: Map<FieldId, Field>
  orders: Map<TableId, string>
}

/**
 * Writes edits, all checked as they go.
 * @throws {SpaceError} naming the edit that cannot be done; the transaction is then to be rolled back
 */
export const applyEdits = (writing: Writing, edits: readonly Edit[]): void => {
  const all = everyTable(writing.schema)
  const draft: Draft = {
    tables: new Map(all.map((table) => [table.id, table])),
    fields: new Map([...all.flatMap(({ fields }) => fields), ...writing.schema.deleted.fields].map((field) => [field.id, field])),
    orders: new Map(),
  }
  for (const edit of edits) apply(writing, draft, edit)
}

const apply = (writing: Writing, draft: Draft, edit: Edit): void => {
  const { recorder } = writing
  switch (edit.do) {
    case 'update-space':
      return recorder.put({ in: 'info' }, 'name', checkName(edit.name, 'a space'))
    case 'create-table':
      return createTable(writing, draft, edit)
    case 'update-table':
      tableOf(draft, edit.table)
      return recorder.put({ in: 'table', table: edit.table }, 'name', checkName(edit.name, 'a table'))
    case 'create-field':
      return createField(writing, draft, edit.table, edit)
    case 'update-field':
      return updateField(writing, draft, edit)
    case 'create-record':
      return createRecord(writing, draft, edit)
    case 'set':
      return setCell(writing, fieldOf(draft, edit.field, edit.table), edit.record, edit.value)
    case 'link':
    case 'unlink':
      return link(writing, fieldOf(draft, edit.field, edit.table), edit)
    case 'delete':
      return recorder.put(checkDeletable(draft, edit.what), '~deleted', writing.now)
    case 'restore':
      return recorder.remove(checkDeletable(draft, edit.what), '~deleted')
  }
}

const tableOf = (draft: Draft, id: TableId): Table => {
  const table = draft.tables.get(id)
  if (!table) throw new SpaceError('not-found', `There is no table ${id} in this space.`)
  return table
}

const fieldOf = (draft: Draft, id: FieldId, table?: TableId): Field => {
  const field = draft.fields.get(id)
  if (!field || (table !== undefined && field.table !== table)) {
    throw new SpaceError('not-found', `There is no field ${id} in ${table === undefined ? 'this space' : `table ${table}`}.`)
  }
  return field
}

const checkDeletable = (draft: Draft, what: Deletable): Place => {
  if ('field' in what) return { in: 'field', field: fieldOf(draft, what.field).id }
  tableOf(draft, what.table)
  return 'record' in what ? { in: 'record', table: what.table, record: what.record } : { in: 'table', table: what.table }
}

/** A fresh id, or the one given, which is to be new. */
const takeId = <T extends string>(given: T | undefined, taken: (id: T) => boolean, what: string): T => {
  if (given === undefined) return newId<never>() as T
  if (!isId(given)) throw new SpaceError('bad-value', `An id has 26 characters of base32, ${what} came with "${given}".`)
  if (taken(given)) throw new SpaceError('already-there', `${what} ${given} exists already.`)
  return given
}

const createTable = (writing: Writing, draft: Draft, edit: Extract<Edit, { do: 'create-table' }>): void => {
  if (draft.tables.size >= TABLE_LIMIT) throw new SpaceError('too-many', `A space holds at most ${TABLE_LIMIT} tables.`)
  const id = takeId(edit.id, (table) => draft.tables.has(table), 'Table')
  const name = checkName(edit.name, 'a table')
  const order = nextOrder(
    writing,
    [...draft.tables.keys()].map((table) => ({ in: 'table', table })),
  )
  writing.transaction.make(writing.containers.tables, id, { name, '~order': order, '~created': writing.now })
  writing.transaction.make(writing.containers.records, id, emptyBuckets())
  draft.tables.set(id, { id, name, fields: [] })
  writing.recorder.made({ in: 'table', table: id })
  for (const field of edit.fields ?? []) createField(writing, draft, id, field)
}

/** The order key behind the greatest of these places. */
const nextOrder = ({ recorder }: Writing, places: Place[]): string => {
  let last: string | undefined
  for (const place of places) {
    const order = recorder.read(place, '~order')
    if (typeof order === 'string' && (last === undefined || order > last)) last = order
  }
  const [key] = orderKeys(1, last)
  return key as string
}

const createField = (writing: Writing, draft: Draft, table: TableId, input: FieldInput): void => {
  const { fields } = tableOf(draft, table)
  const siblings = [...draft.fields.values()].filter((field) => field.table === table)
  if (siblings.length >= FIELD_LIMIT) throw new SpaceError('too-many', `A table holds at most ${FIELD_LIMIT} fields.`)
  const id = takeId(input.id, (field) => draft.fields.has(field), 'Field')
  const name = checkName(input.name, 'a field')
  checkType(input.type)
  const content: Record<string, Scalar> = {
    table,
    name,
    type: input.type,
    '~order': nextOrder(
      writing,
      siblings.map((field) => ({ in: 'field', field: field.id })),
    ),
    '~created': writing.now,
  }
  if (input.type === 'link') {
    content.target = tableOf(draft, input.target ?? table).id
    content.many = input.many ?? true
  }
  const options = (input.options ?? []).map((option) => ({ ...option, id: option.id ?? newId<OptionId>() }))
  if (options.length > OPTION_LIMIT) throw new SpaceError('too-many', `A choice has at most ${OPTION_LIMIT} options.`)
  const orders = options.length === 0 ? [] : orderKeys(options.length)
  options.forEach((option, index) => {
    Object.assign(content, optionKeys(option.id, checkName(option.name, 'an option'), option.colour ?? (index % 12) + 1))
    content[`option/${option.id}/order`] = orders[index] as string
  })
  writing.transaction.make(writing.containers.fields, id, content as NewMap)
  const made: Field = {
    id,
    table,
    name,
    type: input.type,
    options: options.map(({ id, name, colour }, index) => ({ id, name, colour: colour ?? (index % 12) + 1 })),
    many: content.many === true,
    ...(content.target !== undefined && { target: content.target as TableId }),
  }
  draft.fields.set(id, made)
  draft.tables.set(table, { ...tableOf(draft, table), fields: [...fields, made] })
  writing.recorder.made({ in: 'field', field: id })
}

const optionKeys = (id: OptionId, name: string, colour: number): Record<string, Scalar> => ({
  [`option/${id}/name`]: name,
  [`option/${id}/colour`]: colour,
})

const checkType = (type: string): void => {
  if (!(FIELD_TYPES as readonly string[]).includes(type)) {
    throw new SpaceError('wrong-type', `A field is one of ${FIELD_TYPES.join(', ')}; "${type}" is none of them.`)
  }
}

const updateField = (writing: Writing, draft: Draft, edit: Extract<Edit, { do: 'update-field' }>): void => {
  const field = fieldOf(draft, edit.field)
  if (field.unknownType !== undefined) {
    throw new SpaceError(
      'wrong-type',
      `"${field.name}" is of the type ${field.unknownType}, which a newer version made; this one only shows it.`,
    )
  }
  const { recorder } = writing
  const place: Place = { in: 'field', field: field.id }
  let next = field
  if (edit.name !== undefined) recorder.put(place, 'name', checkName(edit.name, 'a field'))
  if (edit.type !== undefined) {
    checkType(edit.type)
    recorder.put(place, 'type', edit.type)
    next = { ...next, type: edit.type }
  }
  if (next.type === 'link') {
    const target = tableOf(draft, edit.target ?? field.target ?? field.table).id
    const many = edit.many ?? (field.type === 'link' ? field.many : true)
    recorder.put(place, 'target', target)
    recorder.put(place, 'many', many)
    next = { ...next, target, many }
  }
  if (edit.option !== undefined) next = { ...next, options: putOption(writing, next, edit.option) }
  draft.fields.set(field.id, next)
}

const putOption = (writing: Writing, field: Field, option: OptionInput): Field['options'] => {
  const { recorder } = writing
  const place: Place = { in: 'field', field: field.id }
  const name = checkName(option.name, 'an option')
  const known = option.id === undefined ? undefined : field.options.find(({ id }) => id === option.id)
  if (known) {
    recorder.put(place, `option/${known.id}/name`, name)
    if (option.colour !== undefined) recorder.put(place, `option/${known.id}/colour`, option.colour)
    return field.options.map((each) => (each.id === known.id ? { ...each, name, colour: option.colour ?? each.colour } : each))
  }
  if (field.options.length >= OPTION_LIMIT) throw new SpaceError('too-many', `A choice has at most ${OPTION_LIMIT} options.`)
  const id = takeId(option.id, () => false, 'Option')
  const colour = option.colour ?? (field.options.length % 12) + 1
  for (const [key, value] of Object.entries(optionKeys(id, name, colour))) recorder.put(place, key, value)
  const last = field.options.at(-1)
  const lastOrder = last && recorder.read(place, `option/${last.id}/order`)
  recorder.put(place, `option/${id}/order`, orderKeys(1, typeof lastOrder === 'string' ? lastOrder : undefined)[0] as string)
  return [...field.options, { id, name, colour }]
}

const createRecord = (writing: Writing, draft: Draft, edit: Extract<Edit, { do: 'create-record' }>): void => {
  const table = tableOf(draft, edit.table)
  const { transaction, containers } = writing
  const id = takeId(edit.id, (record) => recordObject(transaction, containers, table.id, record) !== undefined, 'Record')
  const [order] = orderKeys(1, draft.orders.get(table.id) ?? writing.lastOrder(table.id))
  draft.orders.set(table.id, order as string)
  const content: Record<string, Scalar> = { '~order': order as string, '~created': writing.now }
  for (const [key, input] of Object.entries(edit.values ?? {})) {
    const field = fieldOf(draft, key as FieldId, table.id)
    const value = cellValue(field, input)
    if (value === undefined) continue
    if (field.type === 'link' && field.many) content[`${field.id}/${value}`] = orderKeys(1)[0] as string
    else content[field.id] = value
  }
  const buckets = transaction.map(containers.records, table.id)
  const bucket = buckets === undefined ? undefined : transaction.map(buckets, bucketOf(id))
  if (bucket === undefined) throw new SpaceError('damaged', `Table "${table.name}" has no bucket for ${id}.`)
  transaction.make(bucket, id, content as NewMap)
  writing.recorder.made({ in: 'record', table: table.id, record: id })
}

const setCell = ({ recorder }: Writing, field: Field, record: RecordId, input: CellInput): void => {
  if (field.type === 'link' && field.many && input !== null) {
    throw new SpaceError('wrong-type', `"${field.name}" holds several links; use link and unlink.`)
  }
  const place: Place = { in: 'record', table: field.table, record }
  const value = cellValue(field, input)
  if (value === undefined) recorder.remove(place, field.id)
  else recorder.put(place, field.id, value)
  if (field.type === 'link') for (const key of recorder.keys(place, `${field.id}/`)) recorder.remove(place, key)
}

/** @throws {SpaceError} `wrong-type` or `bad-value` when the input is not of the field's type */
const cellValue = (field: Field, input: CellInput): Scalar | undefined => {
  if (input === null || input === '') return undefined
  const refuse = (expected: string) =>
    new SpaceError('bad-value', `"${field.name}" takes ${expected}, got ${JSON.stringify(input)}.`)
  if (field.unknownType !== undefined)
    throw new SpaceError('wrong-type', `"${field.name}" is of a type that only a newer version can write.`)
  switch (field.type) {
    case 'text':
      return String(input)
    case 'number': {
      const number = typeof input === 'string' ? parseNumber(input) : input
      if (typeof number !== 'number') throw refuse('a number')
      return number
    }
    case 'checkbox':
      if (typeof input !== 'boolean') throw refuse('true or false')
      return input
    case 'date':
      if (typeof input !== 'string' || !isDate(input)) throw refuse('a date such as 2026-11-21, 2026-11 or 2026')
      return input
    case 'choice':
      if (!field.options.some(({ id }) => id === input)) throw refuse('the id of one of its options')
      return input
    case 'link':
      if (!isId(input)) throw refuse('the id of a record')
      return input
  }
}

const link = (writing: Writing, field: Field, edit: Extract<Edit, { do: 'link' | 'unlink' }>): void => {
  if (field.type !== 'link') throw new SpaceError('wrong-type', `"${field.name}" is no link.`)
  const { recorder, transaction, containers } = writing
  const place: Place = { in: 'record', table: field.table, record: edit.record }
  const key = `${field.id}/${edit.to}`
  if (edit.do === 'unlink') {
    recorder.remove(place, key)
    if (recorder.read(place, field.id) === edit.to) recorder.remove(place, field.id)
    return
  }
  if (field.target === undefined || recordObject(transaction, containers, field.target, edit.to) === undefined) {
    throw new SpaceError('not-found', `"${field.name}" can only point to records that are there; ${edit.to} is not.`)
  }
  if (!field.many) return recorder.put(place, field.id, edit.to)
  // Choosing what is already chosen records nothing, so that a removal made elsewhere wins.
  if (recorder.read(place, key) !== undefined) return
  const orders = recorder.keys(place, `${field.id}/`).map((each) => String(recorder.read(place, each)))
  recorder.put(place, key, orderKeys(1, orders.sort().at(-1))[0] as string)
}

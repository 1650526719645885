import type { Containers } from '../containers.ts'
import { SpaceError } from '../errors.ts'
import type { FieldId, OptionId, RecordId, TableId, ViewId } from '../ids.ts'
import { isId, newId } from '../ids.ts'
import type { Ask } from '../lookups.ts'
import { everyTable, type Field, type Schema, type Table, type View } from '../schema.ts'
import type { Recorder } from '../steps.ts'
import type { Transaction } from '../write.ts'

/** The tables, fields and views during a transaction: the schema before it, with the transaction's own changes. */
export interface Draft {
  readonly tables: Map<TableId, Table>
  readonly fields: Map<FieldId, Field>
  readonly views: Map<ViewId, View>
  /** The greatest order key assigned so far, by the list it belongs to. */
  readonly orders: Map<string, string>
  /** Rows that this transaction moved, or in front of which it inserted a row, by table or tree field. */
  readonly placed: Map<TableId | FieldId, Map<RecordId, Placed>>
  /** The greatest number assigned so far, by auto-number field. */
  readonly numbers: Map<FieldId, number>
  /** The values of unique cells that were set, and which cells were set. */
  readonly unique: { readonly holders: Map<string, RecordId>; readonly written: Set<string> }
  /** Records that this transaction puts into the trash. */
  readonly deleted: Set<RecordId>
}

export interface Placed {
  /** The list that contains the row: a table, or the children of one parent. */
  readonly list: string
  /** The order key in front of it, which the index does not know yet; undefined for the first row. */
  readonly after: string | undefined
}

export interface Writing {
  readonly transaction: Transaction
  readonly containers: Containers
  readonly recorder: Recorder
  /** The schema before the transaction. */
  readonly schema: Schema
  /** The format version that this program supports. */
  readonly knows: string
  /** Seconds since 1970. */
  readonly now: number
  readonly ask: Ask
  readonly draft: Draft
}

export const draftOf = (schema: Schema): Draft => {
  const tables = everyTable(schema)
  const fields = [...tables.flatMap(({ fields }) => fields), ...schema.deleted.fields]
  return {
    tables: new Map(tables.map((table) => [table.id, table])),
    fields: new Map(fields.flatMap((field) => [field, ...field.attributes]).map((field) => [field.id, field])),
    views: new Map([...tables.flatMap(({ views }) => views), ...schema.deleted.views].map((view) => [view.id, view])),
    orders: new Map(),
    placed: new Map(),
    numbers: new Map(),
    unique: { holders: new Map(), written: new Set() },
    deleted: new Set(),
  }
}

const named = <T extends { readonly id: string; readonly name: string }>(
  all: Iterable<T>,
  ref: string,
  kind: string,
  where: string,
): T => {
  const wanted = ref.trim().toLowerCase()
  const found = [...all].filter(({ name }) => name.toLowerCase() === wanted)
  const exact = found.filter(({ name }) => name === ref)
  const [one, another] = exact.length > 0 ? exact : found
  if (!one) throw new SpaceError('not-found', `There is no ${kind} ${isId(ref) ? ref : `called "${ref}"`} in ${where}.`)
  if (another) {
    throw new SpaceError('not-found', `${where} has several ${kind}s called "${ref}". Name the one you mean by its id.`)
  }
  return one
}

/** Looks up by name what is shown, or by id including the trash. */
const shown = <T extends { readonly id: string }>(
  all: ReadonlyMap<string, T>,
  deleted: readonly { readonly id: string }[],
): T[] => {
  const trash = new Set(deleted.map(({ id }) => id))
  return [...all.values()].filter(({ id }) => !trash.has(id))
}

/** @throws {SpaceError} `not-found` if no table, or more than one, has this name */
export const tableOf = ({ draft, schema }: Writing, ref: string): Table =>
  draft.tables.get(ref as TableId) ??
  named(shown(draft.tables, [...schema.deleted.tables, ...schema.hidden, ...schema.unfinished]), ref, 'table', 'this space')

/** @param table the table to search by name; the id of a field of another table is rejected */
export const fieldOf = (writing: Writing, ref: string, table?: string): Field => {
  const { draft, schema } = writing
  const within = table === undefined ? undefined : tableOf(writing, table)
  const known = draft.fields.get(ref as FieldId)
  if (known && (within === undefined || known.table === within.id)) return known
  const fields = shown(draft.fields, schema.deleted.fields).filter((field) => within === undefined || field.table === within.id)
  return named(fields, ref, 'field', within === undefined ? 'this space' : `the table "${within.name}"`)
}

export const viewOf = (writing: Writing, ref: string, table?: string): View => {
  const { draft, schema } = writing
  const within = table === undefined ? undefined : tableOf(writing, table)
  const known = draft.views.get(ref as ViewId)
  if (known && (within === undefined || known.table === within.id)) return known
  const views = shown(draft.views, schema.deleted.views).filter((view) => within === undefined || view.table === within.id)
  return named(views, ref, 'view', within === undefined ? 'this space' : `the table "${within.name}"`)
}

/** @throws {SpaceError} `not-found` */
export const optionOf = (field: Field, ref: string): OptionId => {
  const byId = field.options.find(({ id }) => id === ref)
  if (byId) return byId.id
  const wanted = ref.trim().toLowerCase()
  const found = field.options.find(({ name }) => name.toLowerCase() === wanted)
  if (found) return found.id
  throw new SpaceError(
    'bad-value',
    `"${field.name}" takes the id or the name of one of its options, got ${JSON.stringify(ref)}. It has ${field.options.map(({ name }) => `"${name}"`).join(', ') || 'none'}.`,
  )
}

/** The given id, which must be unused, or a new one. */
export const takeId = <T extends string>(given: T | undefined, taken: (id: T) => boolean, what: string): T => {
  if (given === undefined) return newId<never>() as T
  if (!isId(given)) throw new SpaceError('bad-value', `An id has 26 characters of base32, ${what} came with "${given}".`)
  if (taken(given)) throw new SpaceError('already-there', `${what} ${given} exists already.`)
  return given
}

/** Replaces a field in the draft and in the table that lists it. */
export const replaceField = ({ draft }: Writing, field: Field): void => {
  draft.fields.set(field.id, field)
  const table = draft.tables.get(field.table)
  if (table) draft.tables.set(table.id, { ...table, fields: table.fields.map((each) => (each.id === field.id ? field : each)) })
}

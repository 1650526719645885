/** Which tables must be sent to the index again after the schema has changed. */
import type { TableId } from '../../space/ids.ts'
import { everyTable, type Field, type Schema, type Table } from '../../space/schema.ts'

/** Types whose cells depend on options: on their names, their order, or which of them are in the trash. */
const SHOWS_OPTIONS: ReadonlySet<string> = new Set(['text', 'long-text', 'choice', 'choices'])

/** Whether a table was not shown before: it is new, or its import has just ended. */
export const isNewlyShown = (before: Schema, now: Schema, { id }: Table): boolean =>
  now.tables.some((table) => table.id === id) && ![...before.tables, ...before.deleted.tables].some((table) => table.id === id)

/** Whether the index may hold other cells of a table: the table is new, or one of its fields is of another kind. */
export const cellsMayDiffer = (before: Schema | undefined, table: Table): boolean => {
  if (!before) return true
  const former = tablesOf(before).get(table.id)
  if (former === table) return false
  if (!former) return true
  if (JSON.stringify(former.batches) !== JSON.stringify(table.batches)) return true
  return table.fields.some((field) => {
    const known = former.fields.find(({ id }) => id === field.id)
    // A field that is new to the table may come from the trash, with values.
    return known ? isOtherKind(known, field) : before.deleted.fields.some(({ id }) => id === field.id)
  })
}

const isOtherKind = (before: Field, now: Field): boolean =>
  before.type !== now.type ||
  before.many !== now.many ||
  before.settings.max !== now.settings.max ||
  before.attributes.length !== now.attributes.length ||
  (SHOWS_OPTIONS.has(now.type) &&
    before.options !== now.options &&
    JSON.stringify(before.options) !== JSON.stringify(now.options))

const tablesById = new WeakMap<Schema, Map<TableId, Table>>()

export const tablesOf = (schema: Schema): ReadonlyMap<TableId, Table> => {
  const known = tablesById.get(schema) ?? new Map(everyTable(schema).map((table) => [table.id, table]))
  tablesById.set(schema, known)
  return known
}

import { recordObject } from '../containers.ts'
import { SpaceError } from '../errors.ts'
import { bucketOf, isId, type RecordId } from '../ids.ts'
import { COMPUTED_TYPES, type Field } from '../schema.ts'
import type { NewMap } from '../write.ts'
import { checkWritable, defaultInput } from './accept.ts'
import { type RecordPlace, takesDefault, writeCell } from './cells.ts'
import { fieldOf, tableOf, takeId, type Writing } from './draft.ts'
import type { CellInput, Edit } from './edits.ts'
import { rowOrder } from './order-keys.ts'
import { placeInTree } from './trees.ts'

export const createRecord = (writing: Writing, edit: Extract<Edit, { do: 'create-record' }>): void => {
  const table = tableOf(writing, edit.table)
  const { transaction, containers, recorder, now } = writing
  const id = takeId(edit.id, (record) => recordObject(transaction, containers, table.id, record) !== undefined, 'Record')
  const place: RecordPlace = { in: 'record', table: table.id, record: id }
  const values = new Map<Field, CellInput>()
  for (const [ref, input] of Object.entries(edit.values ?? {})) {
    const field = fieldOf(writing, ref, table.id)
    checkWritable(field)
    values.set(field, input)
  }
  const buckets = transaction.map(containers.records, table.id)
  const bucket = buckets === undefined ? undefined : transaction.map(buckets, bucketOf(id))
  if (bucket === undefined) throw new SpaceError('damaged', `Table "${table.name}" has no bucket for ${id}.`)
  const order = rowOrder(writing, { table: table.id }, id, edit.before)
  const content: NewMap = { '~order': order, '~created': now, ...numbers(writing, table.fields) }
  transaction.make(bucket, id, content)
  for (const field of table.fields) {
    if (values.has(field) || COMPUTED_TYPES.has(field.type) || field.type === 'auto-number' || field.unknownType !== undefined)
      continue
    if (field.default !== undefined && takesDefault(field)) values.set(field, defaultInput(field.default, field, now))
    else if (field.required && field.type !== 'tree' && field.type !== 'file')
      throw new SpaceError('bad-value', `"${field.name}" is required: give it a value when making a record of "${table.name}".`)
  }
  for (const [field, input] of values) {
    if (field.type === 'tree') placeInTree(writing, field, place, parentOf(field, input))
    else if (input !== null || field.required) writeCell(writing, field, place, input)
  }
  recorder.madeWhole(place)
}

const parentOf = (field: Field, input: CellInput): RecordId | '' => {
  if (input === null || input === '') return ''
  if (!isId(input))
    throw new SpaceError('bad-value', `"${field.name}" takes the id of a parent record, got ${JSON.stringify(input)}.`)
  return input as unknown as RecordId
}

/** The next number of each auto-number field: one more than the greatest that this device knows. */
const numbers = ({ draft, ask }: Writing, fields: readonly Field[]): Record<string, number> => {
  const given: Record<string, number> = {}
  for (const { id, table, type } of fields) {
    if (type !== 'auto-number') continue
    const next = (draft.numbers.get(id) ?? ask({ kind: 'last-number', table, field: id })) + 1
    draft.numbers.set(id, next)
    given[id] = next
  }
  return given
}

import { SpaceError } from '../errors.ts'
import type { RecordId } from '../ids.ts'
import { foldText } from '../lookups.ts'
import { LOST } from '../lost.ts'
import { orderKeys } from '../order/order.ts'
import type { Field } from '../schema.ts'
import type { DocumentPath } from '../steps.ts'
import type { Scalar } from '../value.ts'
import { acceptList, acceptSingle, checkWritable, kept } from './accept.ts'
import { fieldOf, optionOf, tableOf, type Writing } from './draft.ts'
import type { CellInput, Edit, FileInput } from './edits.ts'
import { setLinks } from './links.ts'
import { setText } from './texts.ts'

type Of<Do extends Edit['do']> = Extract<Edit, { do: Do }>

/** The cell that an edit refers to. @throws {SpaceError} `not-found`, `wrong-type` */
export const cellOf = (
  writing: Writing,
  edit: { table: string; record: RecordId; field: string },
): { field: Field; place: DocumentPath } => {
  const table = tableOf(writing, edit.table)
  const field = fieldOf(writing, edit.field, table.id)
  checkWritable(field)
  return { field, place: { in: 'record', table: table.id, record: edit.record } }
}

export const setCell = (writing: Writing, edit: Of<'set'>): void => {
  const { field, place } = cellOf(writing, edit)
  writeCell(writing, field, place as RecordPlace, edit.value, edit.keep)
}

export type RecordPlace = Extract<DocumentPath, { in: 'record' }>

/**
 * Sets a cell to exactly this value and removes what earlier types of the field left.
 * @param keep store a text that does not fit the type, instead of rejecting it
 */
export const writeCell = (writing: Writing, field: Field, place: RecordPlace, input: CellInput, keep = false): void => {
  const { recorder } = writing
  if (field.required && (input === null || input === '' || (Array.isArray(input) && input.length === 0)))
    throw new SpaceError('bad-value', `"${field.name}" is required and cannot be emptied.`)
  switch (field.type) {
    case 'long-text':
      return setText(writing, field, place, input)
    case 'link':
      return setLinks(writing, field, place, input)
    case 'choices':
      return setOptions(writing, field, place, input)
    case 'tree':
      throw new SpaceError('wrong-type', `"${field.name}" is a tree; use "move".`)
    case 'file':
      if (input !== null) throw new SpaceError('wrong-type', `"${field.name}" holds files; use "add" and "remove".`)
      return clearKeys(writing, field, place)
    default: {
      const value = keep && typeof input === 'string' ? kept(field, input) : acceptSingle(field, input)
      if (value !== undefined) checkUnique(writing, field, place, value)
      writing.draft.unique.written.add(`${field.id}/${place.record}`)
      if (value === undefined) recorder.remove(place, field.id)
      else recorder.settle(place, field.id, value)
      return clearKeys(writing, field, place)
    }
  }
}

/**
 * Removes the keys that other types left, and losing values that a fold kept. Long texts are emptied but stay, because they must
 * never be replaced.
 */
const clearKeys = ({ recorder }: Writing, field: Field, place: DocumentPath): void => {
  for (const key of recorder.keys(place, '')) {
    if (key.startsWith(`${LOST}${field.id}/`)) recorder.remove(place, key)
    if (!key.startsWith(`${field.id}/`)) continue
    const text = recorder.text(place, key)
    if (text === undefined) recorder.remove(place, key)
    else if (text !== '') recorder.splice(place, key, 0, text.length, '')
  }
}

/** @throws {SpaceError} `not-unique`, naming the record with this value */
export const checkUnique = ({ ask, draft }: Writing, field: Field, { table, record }: RecordPlace, value: Scalar): void => {
  if (!field.unique) return
  const folded = foldText(String(value))
  const key = `${field.id}/${folded}`
  const here = draft.unique.holders.get(key)
  const elsewhere = ask({ kind: 'holding', table, field: field.id, folded }).find(
    (each) => each !== record && !draft.unique.written.has(`${field.id}/${each}`) && !draft.deleted.has(each),
  )
  const holder = here !== undefined && here !== record ? here : elsewhere
  if (holder !== undefined) {
    throw new SpaceError(
      'not-unique',
      `"${field.name}" is unique, and the record ${holder} has ${JSON.stringify(value)} already.`,
    )
  }
  draft.unique.holders.set(key, record)
}

const setOptions = ({ recorder }: Writing, field: Field, place: DocumentPath, input: CellInput): void => {
  const wanted = new Set(acceptList(field, input).map((each) => optionOf(field, each) as string))
  recorder.remove(place, field.id)
  for (const key of recorder.keys(place, `${field.id}/`)) {
    if (recorder.read(place, key) === true && !wanted.has(key.slice(field.id.length + 1))) recorder.remove(place, key)
  }
  for (const option of wanted) recorder.put(place, `${field.id}/${option}`, true)
}

export const addValue = (writing: Writing, edit: Of<'add'>): void => {
  const { field, place } = cellOf(writing, edit)
  const { recorder } = writing
  if (field.type === 'choices' && typeof edit.value === 'string') {
    // Adding an option that is already present writes nothing, so that a concurrent removal wins.
    return recorder.put(place, `${field.id}/${optionOf(field, edit.value)}`, true)
  }
  if (field.type === 'file' && typeof edit.value === 'object') return addFile(writing, field, place, edit.value)
  throw new SpaceError(
    'wrong-type',
    `"add" puts an option into several choices or a file into files; "${field.name}" is ${field.type}.`,
  )
}

const addFile = ({ recorder }: Writing, field: Field, place: DocumentPath, file: FileInput): void => {
  if (!/^[0-9a-f]{64}$/.test(file.hash))
    throw new SpaceError('bad-value', `A file's hash is 64 hexadecimal digits (SHA-256), got ${JSON.stringify(file.hash)}.`)
  if (!(Number.isSafeInteger(file.size) && file.size >= 0))
    throw new SpaceError('bad-value', `A file's size is a whole number of bytes, got ${JSON.stringify(file.size)}.`)
  const key = `${field.id}/${file.hash}`
  if (recorder.read(place, key) === undefined) {
    const orders = recorder
      .keys(place, `${field.id}/`)
      .filter((each) => each.split('/').length === 2)
      .map((each) => String(recorder.read(place, each)))
    recorder.put(place, key, orderKeys(1, orders.sort().at(-1))[0] as string)
  }
  recorder.put(place, `${key}/name`, file.name)
  recorder.put(place, `${key}/mime`, file.mime)
  recorder.put(place, `${key}/size`, file.size)
  if (file.alt !== undefined) recorder.put(place, `${key}/alt`, file.alt)
  if (file.manifest !== undefined) recorder.put(place, `${key}/manifest`, file.manifest)
}

export const removeValue = (writing: Writing, edit: Of<'remove'>): void => {
  const { field, place } = cellOf(writing, edit)
  const { recorder } = writing
  if (field.type === 'choices') return recorder.remove(place, `${field.id}/${optionOf(field, edit.value)}`)
  if (field.type !== 'file')
    throw new SpaceError(
      'wrong-type',
      `"remove" takes an option out of several choices or a file out of files; "${field.name}" is ${field.type}.`,
    )
  const key = `${field.id}/${edit.value}`
  for (const each of [key, ...recorder.keys(place, `${key}/`)]) recorder.remove(place, each)
}

/** Whether a field without input gets its default. Not for computed fields, or those set by an edit of their own. */
export const takesDefault = ({ type }: Field): boolean => type !== 'tree' && type !== 'file'

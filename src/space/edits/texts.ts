import { SpaceError } from '../errors.ts'
import { newId, type RecordId } from '../ids.ts'
import type { Field } from '../schema.ts'
import type { DocumentPath } from '../steps.ts'
import { checkText } from '../value.ts'
import { fieldOf, tableOf, type Writing } from './draft.ts'
import type { CellInput, Edit } from './edits.ts'

type Of<Do extends Edit['do']> = Extract<Edit, { do: Do }>

/** The keys of a cell's texts. The first one is shown, the others were created concurrently. Emptied ones are last. */
const textKeys = ({ recorder }: Writing, field: Field, place: DocumentPath): string[] => {
  const texts = recorder
    .keys(place, `${field.id}/text/`)
    .filter((key) => key.split('/').length === 3)
    .flatMap((key) => {
      const text = recorder.text(place, key)
      return text === undefined ? [] : [{ key, text, joined: recorder.read(place, `${key}/joined`) === text }]
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  const shown = texts.filter(({ text, joined }) => text !== '' && !joined)
  return [...shown, ...texts.filter((each) => !shown.includes(each))].map(({ key }) => key)
}

/** Sets a long text by replacing only the part that differs, so that concurrent edits elsewhere in it stay. */
export const setText = (writing: Writing, field: Field, place: DocumentPath, input: CellInput): void => {
  const { recorder } = writing
  if (typeof input === 'object' && input !== null)
    throw new SpaceError('bad-value', `"${field.name}" takes text, got ${JSON.stringify(input).slice(0, 100)}.`)
  const wanted = checkText(input === null ? '' : String(input), `"${field.name}"`)
  const [key] = textKeys(writing, field, place)
  if (key === undefined) {
    if (wanted !== '') recorder.makeText(place, freshKey(field), wanted)
  } else {
    const now = recorder.text(place, key) ?? ''
    const { at, remove, insert } = difference(now, wanted)
    recorder.splice(place, key, at, remove, insert)
  }
  recorder.remove(place, field.id)
  // Otherwise values of other types would reappear once the text is emptied.
  for (const other of recorder.keys(place, `${field.id}/`)) {
    if (!other.startsWith(`${field.id}/text/`)) recorder.remove(place, other)
  }
}

const freshKey = (field: Field): string => `${field.id}/text/${newId<never>()}`

/** The part in which two texts differ; never splits a surrogate pair. */
export const difference = (
  from: string,
  to: string,
): { readonly at: number; readonly remove: number; readonly insert: string } => {
  const shorter = Math.min(from.length, to.length)
  let at = 0
  while (at < shorter && from.charCodeAt(at) === to.charCodeAt(at)) at += 1
  if (at > 0 && isHigh(from.charCodeAt(at - 1))) at -= 1
  let end = 0
  while (end < shorter - at && from.charCodeAt(from.length - 1 - end) === to.charCodeAt(to.length - 1 - end)) end += 1
  if (end > 0 && isLow(from.charCodeAt(from.length - end))) end -= 1
  return { at, remove: from.length - end - at, insert: to.slice(at, to.length - end) }
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000

export const spliceText = (writing: Writing, edit: Of<'splice'>): void => {
  const { recorder } = writing
  const { field, place } = longText(writing, edit)
  const keys = textKeys(writing, field, place)
  const key = edit.text === undefined ? keys[0] : keys.find((each) => each.endsWith(`/${edit.text}`))
  if (edit.text !== undefined && key === undefined)
    throw new SpaceError('not-found', `"${field.name}" of ${edit.record} has no text ${edit.text}.`)
  const now = key === undefined ? String(recorder.read(place, field.id) ?? '') : (recorder.text(place, key) ?? '')
  const { at, remove, insert } = edit
  const whole = Number.isInteger(at) && Number.isInteger(remove) && at >= 0 && remove >= 0 && at + remove <= now.length
  if (!whole || typeof insert !== 'string') {
    throw new SpaceError(
      'bad-value',
      `The text of "${field.name}" has ${now.length} UTF-16 units; it has no ${remove} at ${at}. Read the text again and use its current positions.`,
    )
  }
  checkText(now.slice(0, at) + insert + now.slice(at + remove), `"${field.name}"`)
  if (key !== undefined) return recorder.splice(place, key, at, remove, insert)
  // A stored single value becomes the beginning of the text.
  recorder.makeText(place, freshKey(field), now.slice(0, at) + insert + now.slice(at + remove))
  recorder.remove(place, field.id)
}

const longText = (
  writing: Writing,
  edit: { table: string; record: RecordId; field: string },
): { field: Field; place: DocumentPath } => {
  const table = tableOf(writing, edit.table)
  const field = fieldOf(writing, edit.field, table.id)
  if (field.type !== 'long-text')
    throw new SpaceError('wrong-type', `Only a long text can be edited by position; "${field.name}" is ${field.type}.`)
  return { field, place: { in: 'record', table: table.id, record: edit.record } }
}

/** Joins texts. The joined text keeps its content, and is shown again if somebody continues to write in it. */
export const joinTexts = (writing: Writing, edit: Of<'join'>): void => {
  const { recorder } = writing
  const { field, place } = longText(writing, edit)
  const [first, ...others] = textKeys(writing, field, place)
  for (const key of others) {
    const text = recorder.text(place, key) ?? ''
    if (first === undefined || text === '' || recorder.read(place, `${key}/joined`) === text) continue
    const now = recorder.text(place, first) ?? ''
    const insert = now === '' ? text : `\n\n${text}`
    checkText(now + insert, `"${field.name}"`)
    recorder.splice(place, first, now.length, 0, insert)
    recorder.put(place, `${key}/joined`, text)
  }
}

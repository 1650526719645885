import { parseDateTime, parseDuration } from '../cells/parse.ts'
import { optionNamed, ratingMax, shape } from '../cells/shape.ts'
import { NEUTRAL, readNumber } from '../cells/typed.ts'
import { SpaceError } from '../errors.ts'
import { isId } from '../ids.ts'
import { COMPUTED_TYPES, type DefaultValue, type Field, type FieldType } from '../schema.ts'
import { checkNumber, type Scalar } from '../value.ts'
import { optionOf } from './draft.ts'
import type { CellInput } from './edits.ts'

/** The expected input of each type, for error messages. */
const EXPECTED: Readonly<Record<FieldType, (field: Field) => string>> = {
  text: () => 'text',
  'long-text': () => 'text',
  number: () => 'a number',
  checkbox: () => 'true or false',
  date: () => 'a date such as 2026-11-21, 2026-11 or 2026',
  'date-time': () => 'a moment such as 2026-11-21T09:30:00Z or 2026-11-21T10:30:00+01:00[Europe/Berlin]',
  duration: () => 'a duration such as 1:30, 90m or a number of seconds',
  choice: () => 'the id or the name of one of its options',
  choices: () => 'a list of ids or names of its options',
  rating: (field) => `a whole number from 0 to ${ratingMax(field)}`,
  colour: () => 'a colour such as #4a7c59',
  url: () => 'an address such as https://example.org (of web, mail, telephone or place)',
  email: () => 'an e-mail address such as name@example.org',
  phone: () => 'a telephone number',
  file: () => 'a file, by "add"',
  link: () => 'the id of a record',
  tree: () => 'a parent, by "move"',
  lookup: () => 'nothing: it is looked up',
  rollup: () => 'nothing: it is summed up',
  formula: () => 'nothing: it is worked out',
  created: () => 'nothing: it is the time the record was made',
  changed: () => 'nothing: it is the time of the last change',
  'created-by': () => 'nothing: it is who made the record',
  'changed-by': () => 'nothing: it is who changed the record last',
  'auto-number': () => 'nothing: it is numbered when the record is made',
}

const refusal = (field: Field, input: unknown): SpaceError =>
  new SpaceError('bad-value', `"${field.name}" takes ${EXPECTED[field.type](field)}, got ${shown(input)}.`)

const shown = (input: unknown): string => {
  const text = JSON.stringify(input) ?? String(input)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

/** @throws {SpaceError} `wrong-type` for a field of a newer version, or one whose cells cannot be set */
export const checkWritable = (field: Field): void => {
  if (field.unknownType !== undefined)
    throw new SpaceError(
      'wrong-type',
      `"${field.name}" has the type ${field.unknownType}, which only a newer version can write. Update to change it.`,
    )
  if (COMPUTED_TYPES.has(field.type) || field.type === 'auto-number')
    throw new SpaceError('wrong-type', `"${field.name}" takes ${EXPECTED[field.type](field)}.`)
}

/**
 * The value to store in a single-value cell; undefined empties the cell.
 * @throws {SpaceError} `bad-value` if the input does not fit the field's type
 */
export const acceptSingle = (field: Field, input: CellInput): Scalar | undefined => {
  if (input === null || input === '') return undefined
  if (typeof input === 'number') checkNumber(input, `"${field.name}"`)
  if (typeof input === 'object') throw refusal(field, input)
  switch (field.type) {
    case 'text':
      return String(input)
    case 'checkbox':
      if (typeof input !== 'boolean') throw refusal(field, input)
      return input
    case 'choice':
      if (typeof input !== 'string') throw refusal(field, input)
      return optionOf(field, input)
    case 'number':
    case 'rating':
    case 'auto-number':
      if (typeof input === 'boolean') throw refusal(field, input)
      break
    case 'duration':
      if (typeof input === 'boolean' || (typeof input === 'string' && parseDuration(input) === undefined))
        throw refusal(field, input)
      break
    case 'date-time':
      // A date without a time is not accepted here; only stored dates are converted, to the beginning of the day.
      if (typeof input !== 'string' || parseDateTime(input) === undefined) throw refusal(field, input)
      break
    case 'link':
      if (!isId(input)) throw refusal(field, input)
      return input
    default:
      if (typeof input !== 'string') throw refusal(field, input)
  }
  const shaped = shape(field, input)
  if (shaped.kind === 'unfit') throw rounded(field, input) ?? refusal(field, input)
  return shaped.value
}

const rounded = (field: Field, input: unknown): SpaceError | undefined => {
  const read = typeof input === 'string' ? readNumber(input, NEUTRAL) : undefined
  if (read?.kind !== 'rounded') return undefined
  return new SpaceError(
    'bad-value',
    `"${field.name}" cannot hold ${shown(input)} exactly: a number has about 16 digits. The nearest is ${read.nearest}; use that, or a field of text.`,
  )
}

/** The value if the text fits the field's type, otherwise the text itself. */
export const kept = (field: Field, text: string): Scalar | undefined => {
  if (text.trim() === '') return undefined
  const shaped = shape(field, text)
  return shaped.kind === 'value' ? shaped.value : text
}

/** @throws {SpaceError} `bad-value` */
export const acceptList = (field: Field, input: CellInput): readonly string[] => {
  if (input === null || input === '') return []
  if (Array.isArray(input) && input.every((each) => typeof each === 'string')) return [...new Set(input as readonly string[])]
  if (typeof input === 'string') {
    if (field.type === 'link' || optionNamed(field, input) !== undefined) return [input]
    return input
      .split(/[,;\n]/)
      .map((each) => each.trim())
      .filter((each) => each !== '')
  }
  throw refusal(field, input)
}

/** The default value for a new record. @param now seconds since 1970 */
export const defaultInput = (value: DefaultValue, field: Field, now: number): CellInput => {
  if (typeof value !== 'object' || Array.isArray(value)) return value as CellInput
  const moment = new Date(now * 1_000).toISOString()
  // The day in the local time zone, not in UTC.
  const day = new Date((now - new Date(now * 1_000).getTimezoneOffset() * 60) * 1_000).toISOString().slice(0, 10)
  if (field.type === 'date-time') return moment.replace('.000Z', 'Z')
  return (value as { from: string }).from === 'today' || field.type === 'date' ? day : moment.replace('.000Z', 'Z')
}

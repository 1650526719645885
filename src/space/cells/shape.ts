import { isId } from '../ids.ts'
import type { Field, FieldType } from '../schema.ts'
import type { Scalar } from '../value.ts'
import { isDate } from './is-date.ts'
import {
  parseCheckbox,
  parseColour,
  parseDateTime,
  parseDuration,
  parseEmail,
  parseNumber,
  parsePhone,
  parseUrl,
} from './parse.ts'

/**
 * A stored value converted to the field's present type. Changing a field's type never modifies cells; this conversion is the same
 * on every device and accepts any stored value.
 */
export type Shaped = { readonly kind: 'value'; readonly value: Scalar } | { readonly kind: 'unfit'; readonly text: string }

/** Types whose cell is one value under the field's own key. */
export type SingleType = Exclude<
  FieldType,
  | 'long-text'
  | 'choices'
  | 'file'
  | 'tree'
  | 'lookup'
  | 'rollup'
  | 'formula'
  | 'created'
  | 'changed'
  | 'created-by'
  | 'changed-by'
>

/** @param stored one value, of any type that the field once had */
export const shape = (field: Field, stored: Scalar): Shaped => {
  const former = formerChoice(field, stored)
  const value = shapeAs(field.type)(former ?? stored, field)
  return value === undefined ? { kind: 'unfit', text: String(former ?? stored) } : { kind: 'value', value }
}

/** The name of an option, for a field that was a choice before. */
const formerChoice = (field: Field, stored: Scalar): string | undefined =>
  field.type !== 'choice' && field.type !== 'choices' && typeof stored === 'string'
    ? field.options.find(({ id }) => id === stored)?.name
    : undefined

type Shape = (stored: Scalar, field: Field) => Scalar | undefined

const fromText =
  (parse: (text: string) => Scalar | undefined): Shape =>
  (stored) =>
    parse(String(stored))

const number: Shape = (stored) =>
  typeof stored === 'number' ? stored : typeof stored === 'boolean' ? Number(stored) : parseNumber(stored)

const asText: Shape = (stored) => String(stored)

export const optionNamed = ({ options }: Field, wanted: string): string | undefined => {
  const folded = wanted.trim().toLowerCase()
  return (options.find(({ id }) => id === wanted) ?? options.find(({ name }) => name.toLowerCase() === folded))?.id
}

/** The maximum rating of a field. */
export const ratingMax = ({ settings }: Field): number => settings.max ?? 5

const SHAPES: Readonly<Record<SingleType, Shape>> = {
  text: asText,
  number,
  checkbox: (stored) =>
    typeof stored === 'boolean'
      ? stored
      : typeof stored === 'number'
        ? stored === 0 || stored === 1
          ? stored === 1
          : undefined
        : parseCheckbox(stored),
  date: (stored) => {
    const text = String(stored)
    if (isDate(text)) return text
    return parseDateTime(text)?.slice(0, 10)
  },
  'date-time': (stored) => {
    const text = String(stored)
    return parseDateTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00Z` : text)
  },
  duration: (stored, field) => (typeof stored === 'string' ? parseDuration(stored) : number(stored, field)),
  choice: (stored, field) => optionNamed(field, String(stored)),
  rating: (stored, field) => {
    const stars = number(stored, field)
    return typeof stars === 'number' && Number.isInteger(stars) && stars >= 0 && stars <= ratingMax(field) ? stars : undefined
  },
  colour: fromText(parseColour),
  url: fromText(parseUrl),
  email: fromText(parseEmail),
  phone: fromText(parsePhone),
  link: (stored) => (isId(stored) ? stored : undefined),
  'auto-number': (stored, field) => {
    const count = number(stored, field)
    return typeof count === 'number' && Number.isInteger(count) && count >= 0 ? count : undefined
  },
}

/** Types with several values are converted to text here; they have their own readers. */
const shapeAs = (type: FieldType): Shape => (type in SHAPES ? SHAPES[type as SingleType] : asText)

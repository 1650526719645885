import type { RecordId } from './ids.ts'
import { isId } from './ids.ts'
import type { Field, FieldType } from './schema.ts'
import type { Scalar } from './value.ts'

/**
 * A stored value as the field's present type has it. Changing a field's type never touches cells; this function, the same
 * on every device, reads whatever shape stands there.
 */
export type Shaped = { readonly kind: 'value'; readonly value: Scalar } | { readonly kind: 'unfit'; readonly text: string }

const TRUE = new Set(['true', 'yes', 'y', '1', 'x', '✓', 'on'])
const FALSE = new Set(['false', 'no', 'n', '0', '', 'off'])

/** A year, a month, a day, or a month and day without a year (`--12-24`), each possibly about (`~`). After EDTF, ISO 8601-2. */
const DATE = /^(?:-?\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?|--(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))~?$/

/** Whether `text` is a date as cells hold it; `2026-02-30` is none. */
export const isDate = (text: string): boolean => {
  if (!DATE.test(text)) return false
  const [, year = '2000', month, day] = /^(-?\d{4}|-)-?(?:(\d\d)-(\d\d))?~?$/.exec(text) ?? []
  if (day === undefined) return true
  // A leap year stands in for a date without year, so that 29 February exists.
  const leap = year === '-' ? 2000 : Number(year)
  const date = new Date(Date.UTC(2000, Number(month) - 1, Number(day)))
  date.setUTCFullYear(leap, Number(month) - 1, Number(day))
  return date.getUTCDate() === Number(day)
}

export const shape = (field: Field, stored: Scalar): Shaped => {
  const former = formerChoice(field, stored)
  const value = SHAPES[field.type](former ?? stored, field)
  return value === undefined ? { kind: 'unfit', text: String(former ?? stored) } : { kind: 'value', value }
}

/** The name of an option left behind by a field that is no choice any more. */
const formerChoice = (field: Field, stored: Scalar): string | undefined =>
  field.type !== 'choice' && typeof stored === 'string' ? field.options.find(({ id }) => id === stored)?.name : undefined

/** A number as people write it: `1234.5`, `-3e8`, `1 234`, `1,234.5`; undefined for anything else. */
export const parseNumber = (text: string): number | undefined => {
  const plain = text.trim().replace(/(?<=\d)[\u00a0\u202f ,'](?=\d{3}(?:\D|$))/g, '')
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(plain)) return undefined
  const number = Number(plain)
  return Number.isFinite(number) ? number : undefined
}

export const parseCheckbox = (text: string): boolean | undefined => {
  const word = text.trim().toLowerCase()
  return TRUE.has(word) ? true : FALSE.has(word) ? false : undefined
}

const SHAPES: Readonly<Record<FieldType, (stored: Scalar, field: Field) => Scalar | undefined>> = {
  text: (stored) => String(stored),
  number: (stored) => (typeof stored === 'number' ? stored : typeof stored === 'boolean' ? Number(stored) : parseNumber(stored)),
  checkbox: (stored) =>
    typeof stored === 'boolean'
      ? stored
      : typeof stored === 'number'
        ? stored === 0 || stored === 1
          ? stored === 1
          : undefined
        : parseCheckbox(stored),
  date: (stored) => (isDate(String(stored)) ? String(stored) : undefined),
  choice: (stored, { options }) => {
    const wanted = String(stored).trim().toLowerCase()
    return (options.find(({ id }) => id === stored) ?? options.find(({ name }) => name.toLowerCase() === wanted))?.id
  },
  link: (stored) => (isId(stored) ? stored : undefined),
}

/** A record's cell, read from the flat keys of its map; undefined when empty. */
export const cellOf = (
  field: Field,
  flat: Readonly<Record<string, Scalar>>,
): Shaped | { kind: 'links'; to: readonly RecordId[] } | undefined => {
  const stored = flat[field.id]
  if (field.type !== 'link') return stored === undefined ? undefined : shape(field, stored)
  const links = linksOf(field, flat)
  if (links.length > 0) return { kind: 'links', to: links }
  return stored === undefined ? undefined : shape(field, stored)
}

/** One link stands at the field's own key, many at keys of their own; both are read together, whatever the field is now. */
const linksOf = (field: Field, flat: Readonly<Record<string, Scalar>>): RecordId[] => {
  const prefix = `${field.id}/`
  const many = Object.keys(flat)
    .filter((key) => key.startsWith(prefix) && isId(key.slice(prefix.length)))
    .map((key) => ({ to: key.slice(prefix.length) as RecordId, order: String(flat[key]) }))
    .sort((one, other) => (one.order < other.order ? -1 : one.order > other.order ? 1 : one.to < other.to ? -1 : 1))
    .map(({ to }) => to)
  const single = flat[field.id]
  if (isId(single) && !many.includes(single as unknown as RecordId)) many.unshift(single as unknown as RecordId)
  return many
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../../../test/support/property-runs.ts'
import { type FieldId, newId, type OptionId, type RecordId, type TableId } from '../ids.ts'
import { FIELD_TYPES, type Field, type FieldType } from '../schema.ts'
import type { Scalar } from '../value.ts'
import { cellOf } from './cell.ts'
import { isDate } from './is-date.ts'
import { parseCheckbox, parseNumber } from './parse.ts'
import { shape } from './shape.ts'

const [night, day] = [newId<OptionId>(), newId<OptionId>()]
const field = (type: FieldType): Field => ({
  id: newId<FieldId>(),
  table: newId<TableId>(),
  name: 'Age',
  type,
  options: [
    { id: night, name: 'Night', colour: 1 },
    { id: day, name: 'Day', colour: 2 },
  ],
  many: true,
  description: '',
  required: false,
  unique: false,
  settings: {},
  attributes: [],
})
const scalar: fc.Arbitrary<Scalar> = fc.oneof(
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constantFrom(night, 'Night', '2026', '--02-29', '1,234', 'yes'),
)

describe('a number', () => {
  it.each([
    ['1234.5', 1234.5],
    [' -3e8 ', -3e8],
    ['+7', 7],
    ['.5', 0.5],
    ['5.', 5],
    ['1 234', 1234],
    ['1\u00a0234\u202f567', 1234567],
    ["1'234'567.25", 1234567.25],
    ['1,234.5', 1234.5],
  ])('%j is parsed', (text, number) => {
    expect(parseNumber(text)).toBe(number)
  })

  it.each([
    '',
    ' ',
    '.',
    '-',
    'e5',
    '1,5',
    '1,23',
    '1,2345',
    '1 23',
    '0x10',
    'Infinity',
    'NaN',
    '1e999',
    '12 apples',
    '1.2.3',
    '١٢',
  ])('%j is rejected', (text) => {
    expect(parseNumber(text)).toBeUndefined()
  })

  it('round-trips through text', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
        (number) => {
          expect(parseNumber(String(number))).toBe(number)
        },
      ),
    )
  })
})

describe('a date', () => {
  it('is any day that exists, and no other', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9999 }),
        fc.integer({ min: 0, max: 14 }),
        fc.integer({ min: 0, max: 33 }),
        (year, month, dayOfMonth) => {
          const two = (number: number) => String(number).padStart(2, '0')
          const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
          const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
          const text = `${String(year).padStart(4, '0')}-${two(month)}-${two(dayOfMonth)}`
          expect(isDate(text)).toBe(dayOfMonth >= 1 && dayOfMonth <= days)
        },
      ),
      { numRuns: propertyRuns(1_000) },
    )
  })

  it.each([
    '2026',
    '2026-11',
    '2026-11-21',
    '2026~',
    '2026-11~',
    '2026-11-21~',
    '-0043',
    '-0043-03-15',
    '--11-21',
    '--02-29',
    '--11-21~',
    '0000',
  ])('is %s', (text) => {
    expect(isDate(text)).toBe(true)
  })

  it.each([
    '',
    '26',
    '02026',
    '2026-1-1',
    '2026-13',
    '2026-00',
    '2026-02-29',
    '--02-30',
    '--11',
    '--11-31',
    '2026-11-21T10:00',
    '21.11.2026',
    '2026-11-21~~',
    ' 2026',
    '-2026-11-31',
  ])('is not %j', (text) => {
    expect(isDate(text)).toBe(false)
  })
})

describe('a checkbox', () => {
  it.each([
    ['true', true],
    [' Yes ', true],
    ['x', true],
    ['✓', true],
    ['FALSE', false],
    ['no', false],
    ['', false],
    ['maybe', undefined],
  ])('reads %j as %s', (text, expected) => {
    expect(parseCheckbox(text)).toBe(expected)
  })
})

describe('a stored value', () => {
  it('reads as a value of every type, or as its original text, and never throws', () => {
    fc.assert(
      fc.property(scalar, fc.constantFrom(...FIELD_TYPES), (stored, type) => {
        const shaped = shape(field(type), stored)
        if (shaped.kind === 'unfit') expect(shaped.text).toBe(stored === night ? 'Night' : String(stored))
        else expect(shape(field(type), shaped.value)).toEqual(shaped)
      }),
    )
  })

  it.each([
    ['text', 24, '24'],
    ['text', true, 'true'],
    ['text', night, 'Night'],
    ['number', '1,234', 1234],
    ['number', true, 1],
    ['number', 'many', undefined],
    ['checkbox', 1, true],
    ['checkbox', 2, undefined],
    ['checkbox', 'yes', true],
    ['date', 2026, '2026'],
    ['date', 'soon', undefined],
    ['choice', ' night ', night],
    ['choice', day, day],
    ['choice', 'Noon', undefined],
    ['link', 'nobody', undefined],
  ] as const)('that another type stored is shown as %s: %j', (type, stored, value) => {
    const shaped = shape(field(type), stored)
    expect(shaped.kind === 'value' ? shaped.value : undefined).toBe(value)
  })
})

describe('links', () => {
  const [ash, briar, calla] = [newId<RecordId>(), newId<RecordId>(), newId<RecordId>()]
  const link = field('link')

  it('are read in order, ties by id, single and multiple links together', () => {
    const flat = { [`${link.id}/${ash}`]: 'a1', [`${link.id}/${briar}`]: 'a0', [link.id]: calla }
    expect(cellOf(link, flat)).toMatchObject({ kind: 'links', to: [calla, briar, ash] })
    const [first, second] = [ash, briar].sort()
    expect(cellOf(link, { [`${link.id}/${ash}`]: 'a0', [`${link.id}/${briar}`]: 'a0' })).toMatchObject({
      kind: 'links',
      to: [first, second],
    })
  })

  it('count a record once and ignore anything that is not a record', () => {
    expect(cellOf(link, { [`${link.id}/${ash}`]: 'a0', [link.id]: ash, [`${link.id}/x`]: 'a1' })).toMatchObject({
      kind: 'links',
      to: [ash],
    })
    expect(cellOf(link, {})).toBeUndefined()
    expect(cellOf(link, { [link.id]: 'Ash' })).toEqual({ kind: 'unfit', text: 'Ash' })
  })
})

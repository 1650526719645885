import { describe, expect, it } from 'vitest'
import type { FieldSettings, FieldType } from '../../../engine/api/engine.ts'
import { type Reading, readValue } from './read-value.ts'

const read = (type: FieldType, text: string, settings: FieldSettings = {}): Reading => readValue({ type, settings }, text)

const values = (reading: Reading) => (reading.kind === 'value' ? reading.ways.map(({ value }) => value) : reading.kind)

describe('a typed value', () => {
  it.each([
    ['number', {}, '12', 12],
    ['number', { format: 'percent' }, '12', 0.12],
    ['number', { format: 'percent' }, '7 %', 0.07],
    ['number', { format: 'percent' }, '1e-7', 1e-9],
    ['duration', {}, '1:30', 5400],
    ['rating', {}, '4', 4],
    ['rating', {}, '0', null],
    ['rating', { max: 10 }, '9', 9],
    ['colour', {}, '#ABC', '#aabbcc'],
    ['url', {}, 'example.org', 'https://example.org'],
    ['email', {}, ' ash@example.org ', 'ash@example.org'],
    ['phone', {}, '+49 30 901820', '+49 30 901820'],
    ['date', {}, '2026-11-21', '2026-11-21'],
  ] as const)('of type %s %o: %s is %s', (type, settings, text, value) => {
    expect(values(read(type, text, settings))).toEqual([value])
  })

  it.each([
    ['number', 'twelve'],
    ['duration', 'long'],
    ['rating', '6'],
    ['rating', '2.5'],
    ['colour', 'reddish'],
    ['url', 'no address'],
    ['email', 'ash'],
    ['phone', 'call'],
    ['date-time', 'soon'],
  ] as const)('that is no %s is kept as text with the reason: %s', (type, text) => {
    const reading = read(type, text)
    expect(reading.kind).toBe('unfit')
    expect(reading.kind === 'unfit' && reading.problem).toContain(`“${text}”`)
  })

  it('empties the cell when nothing is typed', () => {
    expect(values(read('date', '  '))).toEqual([null])
  })
})

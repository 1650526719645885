import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NEUTRAL, readDate, readNumber, typingLocale } from './typed.ts'

const ENGLISH = typingLocale('en-US')
const GERMAN = typingLocale('de-DE')

describe('a typed number', () => {
  it.each([
    ['1,5', ENGLISH, [1.5]],
    ['1,5', GERMAN, [1.5]],
    ['1.5', GERMAN, [1.5]],
    ['1.234,56', ENGLISH, [1234.56]],
    ['1,234.56', GERMAN, [1234.56]],
    ['1.234', ENGLISH, [1.234, 1234]],
    ['1.234', GERMAN, [1234, 1.234]],
    ['1,234', ENGLISH, [1234, 1.234]],
    ['1,234', GERMAN, [1.234, 1234]],
    ['0.125', GERMAN, [0.125]],
    ['1,234,567', GERMAN, [1234567]],
    ['12,34,567', ENGLISH, [1234567]],
    ['1 234,5', ENGLISH, [1234.5]],
    ["1'234.50", ENGLISH, [1234.5]],
    ['-3e8', ENGLISH, [-3e8]],
    ['9007199254740992', ENGLISH, [9007199254740992]],
    ['1.234', NEUTRAL, [1.234]],
    ['1,234', NEUTRAL, [1234]],
  ] as const)('%s is read in the notation of the locale: %#', (text, locale, values) => {
    expect(readNumber(text, locale)).toEqual({ kind: 'value', values })
  })

  it.each(['', 'twelve', '1..2', 'Infinity', '1e999', '1,2,3', '12 apples', '1 2'])('%j is rejected', (text) => {
    expect(readNumber(text, ENGLISH)).toEqual({ kind: 'none' })
  })

  it.each([
    ['9007199254740993', '9007199254740992'],
    ['0.12345678901234567890', '0.12345678901234568'],
  ])('%s would be rounded', (text, nearest) => {
    expect(readNumber(text, ENGLISH)).toEqual({ kind: 'rounded', nearest })
    expect(readNumber(text, NEUTRAL)).toEqual({ kind: 'rounded', nearest })
  })

  it('may use the digits of the locale', () => {
    expect(readNumber('١٢٫٥', typingLocale('ar-EG'))).toEqual({ kind: 'value', values: [12.5] })
  })

  it('round-trips through the format of the locale', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
        fc.constantFrom('en-US', 'de-DE', 'fr-FR', 'de-CH', 'en-IN', 'pl-PL'),
        (number, tag) => {
          const locale = typingLocale(tag)
          const written = new Intl.NumberFormat(tag, { maximumFractionDigits: 2 }).format(number).replace('−', '-')
          const read = readNumber(written, locale)
          const expected = Number(number.toFixed(2))
          if (read.kind === 'value') expect(Math.abs(read.values[0] - expected)).toBeLessThanOrEqual(0.02)
          else expect(read.kind).toBe('rounded')
        },
      ),
    )
  })
})

describe('a typed date', () => {
  it.each([
    ['2026', ['2026']],
    ['2026-11-21', ['2026-11-21']],
    ['2026/1/5', ['2026-01-05']],
    ['21.11.2026', ['2026-11-21']],
    ['3.4.2026', ['2026-04-03']],
    ['11/2026', ['2026-11']],
    ['Nov 2026', ['2026-11']],
    ['March 3rd, 1999', ['1999-03-03']],
    ['25/12/2020', ['2020-12-25']],
    ['31 Dec 0005', ['0005-12-31']],
    ['29 Feb 0004', ['0004-02-29']],
    ['3/4/2026', ['2026-03-04', '2026-04-03']],
    ['4/4/2026', ['2026-04-04']],
    ['--12-24', ['--12-24']],
  ])('%s is read as %j', (text, values) => {
    expect(readDate(text, ENGLISH)).toEqual({ kind: 'value', values })
  })

  it('is read in the order and the month names of the locale', () => {
    expect(readDate('3/4/2026', GERMAN)).toEqual({ kind: 'value', values: ['2026-04-03', '2026-03-04'] })
    expect(readDate('21. Dezember 2026', GERMAN)).toEqual({ kind: 'value', values: ['2026-12-21'] })
    expect(readDate('3/4/2026', NEUTRAL)).toEqual({ kind: 'none' })
  })

  it.each(['', 'soon', '2026-13', '2026-02-30', '1.2', 'Nov', '1 2 3 4', '12-11-26', '29 Feb 0005'])('%j is rejected', (text) => {
    expect(readDate(text, ENGLISH)).toEqual({ kind: 'none' })
  })
})

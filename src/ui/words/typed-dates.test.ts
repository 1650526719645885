import { describe, expect, it } from 'vitest'
import { typingLocale } from '../../space/cells/typed.ts'
import { readTypedDate } from './typed-dates.ts'

/** A Saturday. */
const TODAY = '2026-11-28'
const ENGLISH = typingLocale('en-GB')
const AMERICAN = typingLocale('en-US')
const GERMAN = typingLocale('de-DE')

const read = (text: string, locale = ENGLISH) => {
  const typed = readTypedDate(text, locale, TODAY)
  return typed.kind === 'value' ? typed.values : typed.kind
}

describe('a typed date', () => {
  it.each([
    ['today', '2026-11-28'],
    ['Tomorrow', '2026-11-29'],
    ['yesterday', '2026-11-27'],
    ['in 3 days', '2026-12-01'],
    ['2 weeks ago', '2026-11-14'],
    ['next month', '2026-12-28'],
    ['fri', '2026-12-04'],
    ['Saturday', '2026-12-05'],
    ['+3', '2026-12-01'],
    ['-2w', '2026-11-14'],
    ['+1m', '2026-12-28'],
    ['+1y', '2027-11-28'],
    ['12.3.', '2026-03-12'],
    ['12.3', '2026-03-12'],
    ['12 March', '2026-03-12'],
    ['may 2019', '2019-05'],
    ['2019', '2019'],
  ])('%s is %s', (text, day) => {
    expect(read(text)).toEqual([day])
  })

  it.each([
    ['morgen', '2026-11-29'],
    ['Übermorgen', '2026-11-30'],
    ['vor 2 Wochen', '2026-11-14'],
    ['Mittwoch', '2026-12-02'],
    ['mi', '2026-12-02'],
    ['tomorrow', '2026-11-29'],
  ])('%s is read in German as %s', (text, day) => {
    expect(read(text, GERMAN)).toEqual([day])
  })

  it('offers both readings of a day and month that can be exchanged', () => {
    expect(read('3/4', ENGLISH)).toEqual(['2026-04-03', '2026-03-04'])
    expect(read('3/4', AMERICAN)).toEqual(['2026-03-04', '2026-04-03'])
  })

  it('keeps to the last day of a shorter month', () => {
    expect(readTypedDate('+1m', ENGLISH, '2026-01-31')).toEqual({ kind: 'value', values: ['2026-02-28'] })
  })

  it.each(['soon', '32.1.', '12', '-', 'friend', 'in 3'])('%s is no date', (text) => {
    expect(read(text)).toBe('none')
  })
})

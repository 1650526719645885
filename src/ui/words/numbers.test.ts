import { describe, expect, it } from 'vitest'
import { formatBytes, parseNumber } from './numbers.ts'

describe('a written number', () => {
  it.each([
    ['12', 12],
    ['-0.5', -0.5],
    ['1 204', 1204],
    ['1,204.5', 1204.5],
    ['1e3', 1000],
  ])('%s is %d', (written, number) => expect(parseNumber(written)).toBe(number))

  it.each(['', 'twelve', '1..2', 'Infinity'])('%s is none', (written) => expect(parseNumber(written)).toBeUndefined())
})

describe('a size', () => {
  it('is told in the unit that keeps it short', () => {
    expect(formatBytes(3_600_000)).toMatch(/^4 MB$/)
    expect(formatBytes(2_500_000_000)).toMatch(/^2\.5 GB$/)
  })
})

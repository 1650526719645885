import { describe, expect, it } from 'vitest'
import { formatBytes } from './numbers.ts'

describe('a size', () => {
  it('is told in the unit that keeps it short', () => {
    expect(formatBytes(3_600_000)).toMatch(/^4 MB$/)
    expect(formatBytes(2_500_000_000)).toMatch(/^2\.5 GB$/)
  })
})

import { describe, expect, it } from 'vitest'
import { formatBytes } from './numbers.ts'

describe('formatBytes', () => {
  it('uses the largest unit that fits', () => {
    expect(formatBytes(3_600_000)).toMatch(/^4 MB$/)
    expect(formatBytes(2_500_000_000)).toMatch(/^2\.5 GB$/)
  })
})

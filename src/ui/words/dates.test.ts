import { describe, expect, it } from 'vitest'
import { formatDate } from './dates.ts'

describe('formatDate', () => {
  it.each(['0005-12-31', '0098-03', '1905-12-31', '2026-02-28'])('shows the four-digit year of %s', (stored) => {
    expect(formatDate(stored)).toContain(stored.slice(0, 4))
  })
})

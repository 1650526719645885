import { describe, expect, it } from 'vitest'
import { formatDate } from './dates.ts'

describe('a date', () => {
  it.each(['0005-12-31', '0098-03', '1905-12-31', '2026-02-28'])('%s is shown with its own year, in four digits', (kept) => {
    expect(formatDate(kept)).toContain(kept.slice(0, 4))
  })
})

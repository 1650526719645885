import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isEnough, rowsToDraw, windowAround } from './stretch.ts'

describe('the stretch of rows that is drawn', () => {
  it('holds every visible row', () => {
    fc.assert(
      fc.property(
        fc.nat(4_000_000),
        fc.integer({ min: 100, max: 3000 }),
        fc.integer({ min: 24, max: 80 }),
        fc.nat(100_000),
        (top, height, row, total) => {
          const { first, end } = rowsToDraw(top, height, row, total)
          expect(first).toBeLessThanOrEqual(end)
          expect(end).toBeLessThanOrEqual(total)
          for (const visible of [Math.floor(top / row), Math.floor((top + height - 1) / row)]) {
            if (visible < total) expect(visible >= first && visible < end).toBe(true)
          }
        },
      ),
    )
  })

  it('lies within the window that is asked for', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(120), (first, count) => {
        const { offset, limit } = windowAround({ first, end: first + count })
        expect(offset).toBeLessThanOrEqual(first)
        expect(offset + limit).toBeGreaterThanOrEqual(first + count)
        expect(limit).toBeLessThanOrEqual(500)
        expect(isEnough({ offset, limit }, { first, end: first + count }, 200_000)).toBe(true)
      }),
    )
  })
})

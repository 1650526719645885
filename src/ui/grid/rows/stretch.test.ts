import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holds, isEnough, rowsToDraw, windowAhead, windowAround } from './stretch.ts'

describe('rows to draw', () => {
  it('contain every visible row', () => {
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

  it('are inside both windows that are requested for them', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(120), (first, count) => {
        const { offset, limit } = windowAround({ first, end: first + count })
        const stretch = { first, end: first + count }
        expect(holds({ offset, limit }, stretch)).toBe(true)
        expect(holds(windowAhead(stretch, 0, 200_000), stretch)).toBe(true)
        expect(limit).toBeLessThanOrEqual(500)
        expect(isEnough({ offset, limit }, stretch, 200_000)).toBe(true)
      }),
    )
  })

  it('are requested ahead of a moving view, within the table', () => {
    expect(windowAhead({ first: 1000, end: 1040 }, 100, 35_000)).toEqual({ offset: 1050, limit: 140 })
    expect(windowAhead({ first: 1000, end: 1040 }, -100, 35_000)).toEqual({ offset: 850, limit: 140 })
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: -9000, max: 9000 }),
        (first, count, reach) => {
          const total = first + count
          const { offset, limit } = windowAhead({ first, end: total }, reach, total)
          expect(offset).toBeGreaterThanOrEqual(0)
          expect(limit).toBeGreaterThanOrEqual(count)
          expect(offset + limit).toBeLessThanOrEqual(total)
        },
      ),
    )
  })
})

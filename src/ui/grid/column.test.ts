import { describe, expect, it } from 'vitest'
import type { Field, FieldId, TableId } from '../../engine/api/engine.ts'
import { columnsToDraw, columnWidth } from './column.ts'

const fields = Array.from(
  { length: 30 },
  (_, at): Field => ({
    id: `f${at}` as FieldId,
    table: 't' as TableId,
    name: '',
    type: 'text',
    options: [],
    many: false,
    description: '',
    required: false,
    unique: false,
    settings: {},
    attributes: [],
  }),
)
const startOf = (column: number) => fields.slice(0, column).reduce((sum, field, at) => sum + columnWidth(field, at), 0)

describe('the columns that are drawn', () => {
  it.each([0, 150, 1000, 3000, 5200])('hold every one seen from %d pixels on', (left) => {
    const { first, end, before } = columnsToDraw(fields, left, 800)
    expect(startOf(first)).toBeLessThanOrEqual(Math.max(left, startOf(1)))
    expect(end === fields.length || startOf(end) >= left + 800).toBe(true)
    expect(before).toBe(startOf(first) - startOf(1))
  })

  it('are few of many', () => {
    const { first, end } = columnsToDraw(fields, 2000, 800)
    expect(end - first).toBeLessThan(10)
  })
})

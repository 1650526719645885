import type { Field } from '../../engine/api/engine.ts'
import { fieldType } from '../fields/field-type.ts'

/** Pixels of the column that names a record. */
const NAME = 240
/** Pixels beyond the view, each way, in which columns are drawn. */
const BESIDE = 200

/** How wide a column is, in pixels. */
export const columnWidth = (field: Field, at: number): number => (at === 0 ? NAME : fieldType(field.type).width)

/** How wide the column of row numbers is, in pixels, for so many rows. */
export const numberWidth = (total: number): number => 42 + 8 * String(total).length

export interface ColumnStretch {
  /** The first column drawn after the one that names a record, which always is. */
  readonly first: number
  /** Exclusive. */
  readonly end: number
  /** Pixels of the columns left out before it. */
  readonly before: number
}

/** The columns to draw of a view that begins `left` pixels in and is `width` wide. */
export const columnsToDraw = (fields: readonly Field[], left: number, width: number): ColumnStretch => {
  let [at, first, end, before] = [0, 0, fields.length, 0]
  for (const [column, field] of fields.entries()) {
    const next = at + columnWidth(field, column)
    if (column > 0) {
      if (first === 0 && next > left - BESIDE) [first, before] = [column, at - NAME]
      if (at > left + width + BESIDE) {
        end = column
        break
      }
    }
    at = next
  }
  return { first: Math.max(1, first), end, before }
}

import type { Field } from '../../engine/api/engine.ts'
import { fieldType } from '../fields/field-type.ts'

/** Pixels of the first column, which names a record. */
const NAME = 240
/** Pixels beyond the view, on each side, in which columns are drawn. */
const BESIDE = 200

/** The width of a column in pixels. */
export const columnWidth = (field: Field, at: number): number => (at === 0 ? NAME : fieldType(field.type).width)

/** The width in pixels of the column with the numbers of `total` rows. */
export const numberWidth = (total: number): number => 42 + 8 * String(total).length

export interface ColumnStretch {
  /** The first column drawn after the one that names a record, which is always drawn. */
  readonly first: number
  /** Exclusive. */
  readonly end: number
  /** Pixels of the columns skipped before `first`. */
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

import type { Field } from '../../engine/engine.ts'
import { fieldType } from '../fields/field-type.ts'

/** Pixels of the column that names a record. */
const NAME = 240

/** How wide a column is, in pixels. */
export const columnWidth = (field: Field, at: number): number => (at === 0 ? NAME : fieldType(field.type).width)

import type { Field } from '../schema.ts'
import type { Cell } from './cell.ts'

/** A cell of one value as text; '' for cells of several. */
export const plainText = (field: Field, cell: Cell | undefined): string =>
  cell?.kind === 'value'
    ? (field.options.find(({ id }) => id === cell.value)?.name ?? String(cell.value))
    : cell?.kind === 'text' || cell?.kind === 'unfit'
      ? cell.text
      : ''

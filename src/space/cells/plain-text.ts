import type { Field } from '../schema.ts'
import type { Cell } from './cell.ts'

/** A single-value cell as text; '' for cells with several values. */
export const plainText = (field: Field, cell: Cell | undefined): string =>
  cell?.kind === 'value'
    ? (field.options.find(({ id }) => id === cell.value)?.name ?? String(cell.value))
    : cell?.kind === 'text' || cell?.kind === 'unfit'
      ? cell.text
      : ''

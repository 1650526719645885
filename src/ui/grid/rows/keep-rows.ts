import type { Cell, Row } from '../../../engine/api/engine.ts'

/** The new rows, with the earlier objects of equal rows, so that only changed rows render again. */
export const keepRows = (before: readonly Row[], now: readonly Row[]): readonly Row[] => {
  const known = new Map(before.map((row) => [row.id, row]))
  return now.map((row) => {
    const old = known.get(row.id)
    return old && sameRow(old, row) ? old : row
  })
}

/** A row can change without its cells: concurrent edits mark it. */
const sameRow = ({ cells, ...one }: Row, { cells: others, ...other }: Row): boolean =>
  JSON.stringify(one) === JSON.stringify(other) && sameCells(cells, others)

const sameCells = (one: Row['cells'], other: Row['cells']): boolean => {
  const [fields, others] = [Object.entries(one), Object.entries(other)]
  return fields.length === others.length && fields.every(([field, cell]) => sameCell(cell, other[field as keyof Row['cells']]))
}

const sameCell = (one: Cell, other: Cell | undefined): boolean => {
  if (one.kind === 'value') return other?.kind === 'value' && one.value === other.value
  if (one.kind === 'unfit') return other?.kind === 'unfit' && one.text === other.text
  return JSON.stringify(one) === JSON.stringify(other)
}

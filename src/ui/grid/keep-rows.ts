import type { Cell, Row } from '../../engine/engine.ts'

/** The rows told now, each as the object it was before where nothing in it differs: so that only what changed is drawn anew. */
export const keepRows = (before: readonly Row[], now: readonly Row[]): readonly Row[] => {
  const known = new Map(before.map((row) => [row.id, row]))
  return now.map((row) => {
    const old = known.get(row.id)
    return old && sameCells(old.cells, row.cells) ? old : row
  })
}

const sameCells = (one: Row['cells'], other: Row['cells']): boolean => {
  const [fields, others] = [Object.entries(one), Object.entries(other)]
  return fields.length === others.length && fields.every(([field, cell]) => sameCell(cell, other[field as keyof Row['cells']]))
}

const sameCell = (one: Cell, other: Cell | undefined): boolean => {
  if (one.kind === 'value') return other?.kind === 'value' && one.value === other.value
  if (one.kind === 'unfit') return other?.kind === 'unfit' && one.text === other.text
  if (one.kind !== 'links') return JSON.stringify(one) === JSON.stringify(other)
  return (
    other?.kind === 'links' &&
    one.links.length === other.links.length &&
    one.links.every(({ id, label }, at) => id === other.links[at]?.id && label === other.links[at]?.label)
  )
}

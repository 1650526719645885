/** A cell of the grid, counted from the first row and the first field. */
export interface Place {
  readonly row: number
  readonly column: number
}

/** The row number of the column heads. */
export const HEAD = -1

/** The cell of an event's target; column -1 is the row's number. */
export const placeOf = (event: Event): Place | undefined => {
  const cell = event
    .composedPath()
    .find((node): node is HTMLElement => node instanceof HTMLElement && node.dataset.column !== undefined)
  const row = cell?.closest<HTMLElement>('.row')
  return cell && row ? { row: Number(row.dataset.index), column: Number(cell.dataset.column) } : undefined
}

/** What the grid shows in one row. */
export type Shown =
  /** A row of the index, by its position there. */
  | { readonly kind: 'indexed'; readonly place: number }
  /** The row that is edited. */
  | { readonly kind: 'kept' }
  /** One of the new records behind all others, counted from 0. */
  | { readonly kind: 'added'; readonly at: number }

/**
 * Maps shown rows to positions in the index, which differ in two cases: an edited row keeps its shown position until the cursor
 * leaves it, and new records follow all others until then.
 */
export class RowOrder {
  /** Positions in the index of rows that are shown elsewhere, ascending. */
  readonly #skipped: readonly number[]
  /** Rows shown before the new records, including the edited one. */
  readonly #before: number

  /**
   * @param indexed the number of rows in the index
   * @param added the position of each new record in the index, undefined while it has none
   * @param kept where the edited row is shown, and its position in the index
   */
  constructor(
    indexed: number,
    private readonly added: readonly (number | undefined)[],
    private readonly kept?: { readonly at: number; readonly place: number | undefined },
  ) {
    const known = [...added, kept?.place].filter((place) => place !== undefined)
    this.#skipped = known.toSorted((a, b) => a - b)
    this.#before = Math.max(0, indexed - known.length) + (kept ? 1 : 0)
  }

  /** Where the edited row is shown. */
  get keptAt(): number | undefined {
    return this.kept && Math.min(this.kept.at, this.#before - 1)
  }

  /** The number of shown rows. */
  get total(): number {
    return this.#before + this.added.length
  }

  /** The row shown at an index; undefined beyond the last one. */
  at(shown: number): Shown | undefined {
    if (shown < 0 || shown >= this.total) return undefined
    if (shown >= this.#before) return { kind: 'added', at: shown - this.#before }
    const { keptAt } = this
    if (shown === keptAt) return { kind: 'kept' }
    let place = keptAt !== undefined && shown > keptAt ? shown - 1 : shown
    for (const skipped of this.#skipped) if (skipped <= place) place += 1
    return { kind: 'indexed', place }
  }

  /** Where a row of the index is shown that is neither edited nor new. */
  shownAt(place: number): number {
    const { keptAt } = this
    const shown = place - this.#skipped.filter((skipped) => skipped < place).length
    return keptAt !== undefined && shown >= keptAt ? shown + 1 : shown
  }

  /** Where a new record is shown, counted from 0 among the new ones. */
  addedAt(at: number): number {
    return this.#before + at
  }
}

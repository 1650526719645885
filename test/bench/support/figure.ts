/** One line of the bench. */
export interface Figure {
  /** Begins with its bench: `edit/median`. */
  readonly name: string
  readonly value: number
  readonly unit: 'ms' | 'kB' | 'bytes'
  /** The same work by what stands beside it, in the same run; for an absolute bound, the bound. */
  readonly beside: number
  /** What `ratio` is not to exceed; without it the figure is only told. */
  readonly must?: number
}

/** As it is printed: `ratio` is how many times `beside` the value is. */
export const toLine = ({ name, value, unit, beside, must }: Figure): string =>
  JSON.stringify({ name, value: rounded(value), unit, beside: rounded(beside), ratio: rounded(value / beside), must })

/** A figure that stands for itself: it is not to exceed `bound`. */
export const absolute = (name: string, value: number, unit: Figure['unit'], bound: number): Figure => ({
  name,
  value,
  unit,
  beside: bound,
  must: 1,
})

/** Three digits are all that a measurement is good for. */
const rounded = (value: number): number => Number(value.toPrecision(3))

/** @param share 0.5 for the median, 0.95 for the 95th percentile */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const median = (values: readonly number[]): number => percentile(values, 0.5)

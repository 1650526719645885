/**
 * Binary search: the index of the last of `count` ascending numbers that is at most `limit`; -1 if all are greater.
 * @param at returns the number at an index
 */
export const lastNotAbove = (count: number, at: (index: number) => number | undefined, limit: number): number => {
  let [from, to] = [0, count - 1]
  while (from <= to) {
    const middle = (from + to) >> 1
    if ((at(middle) ?? 0) <= limit) from = middle + 1
    else to = middle - 1
  }
  return to
}

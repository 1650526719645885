/**
 * The place of the last of `count` numbers in rising order that is not above `limit`; -1 when all are.
 * @param at the number at a place
 */
export const lastNotAbove = (count: number, at: (place: number) => number | undefined, limit: number): number => {
  let [from, to] = [0, count - 1]
  while (from <= to) {
    const middle = (from + to) >> 1
    if ((at(middle) ?? 0) <= limit) from = middle + 1
    else to = middle - 1
  }
  return to
}

/** A table as a household or a club of many years has: text, numbers, dates, choices. */

/** The rows of the benches that say nothing else. */
export const WIDE_ROWS = 100_000

const FIRST = ['Ash', 'Briar', 'Calla', 'Dale', 'Elm', 'Fern', 'Gale', 'Heath', 'Iris', 'June', 'Kit', 'Lark', 'Moss', 'Nell']
const LAST = ['Rivers', 'Stone', 'Field', 'Marsh', 'Wood', 'Hill', 'Shore', 'Brook', 'Vale', 'Reed', 'Thorn']
const CITIES = ['Lübeck', 'Ghent', 'Porto', 'Tartu', 'Graz', 'Kiel', 'Arles', 'Bergen']
const STATES = ['new', 'active', 'resting', 'gone']

/** The same numbers in every run: a small generator of its own (Numerical Recipes' linear congruential one). */
const numbers = (seed: number) => () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return seed
}

const HEADER = 'Name,City,State,Age,Joined,Paid,Note,Code,Score,Member'

/** @returns a CSV file of ten columns */
export const wideTable = (rows = WIDE_ROWS): Blob => {
  const next = numbers(7)
  const pick = (from: readonly string[]) => from[next() % from.length]
  const parts: string[] = [`${HEADER}\n`]
  for (let row = 0; row < rows; row++) {
    const day = `${2000 + (next() % 26)}-${String(1 + (next() % 12)).padStart(2, '0')}-${String(1 + (next() % 28)).padStart(2, '0')}`
    parts.push(
      `${pick(FIRST)} ${pick(LAST)} ${row},${pick(CITIES)},${pick(STATES)},${16 + (next() % 80)},${day},${(next() % 100_000) / 100},note ${next() % 5_000} on ${pick(LAST)},C${row.toString(36)},${next() % 1_000},${next() % 2 === 0 ? 'true' : 'false'}\n`,
    )
  }
  return new Blob(parts)
}

import { closeIndex } from '../../src/query/index/space-index.ts'
import { search } from '../../src/query/search/search.ts'
import { type Figure, median } from './support/figure.ts'
import { filledIndex, timed, times, type WideRecord } from './support/filled-index.ts'

const TIMES = 15

/** Words that begin so, in any text of an object; the first fifty. */
const plainSearch = (objects: readonly WideRecord[], prefix: string): WideRecord[] => {
  const begins = new RegExp(`(?:^|[^\\p{L}\\p{N}])${prefix}`, 'iu')
  return objects
    .filter((object) => Object.values(object).some((value) => typeof value === 'string' && begins.test(value)))
    .slice(0, 50)
}

/** The first fifty hits of a word that few records hold, of one that most do, and of what stands inside words. */
export const searches = async (rows?: number): Promise<Figure[]> => {
  const { index, objects } = await filledIndex(rows)
  const making = timed(() => search(index, 'nothing of this name'))
  const figures = (
    [
      ['rare', 'c2q', 0.2],
      ['seldom', '777', 0.2],
      ['common', 'a', 1],
      ['everywhere', 'note', 1],
      ['inside', 'ivers', undefined],
    ] as const
  ).map(([name, prefix, must]): Figure => {
    const beside = median(times(3, () => plainSearch(objects, prefix)))
    const value = median(times(TIMES, () => search(index, prefix)))
    return { name: `search/${name}`, value, unit: 'ms', beside, ...(must !== undefined && { must }) }
  })
  const beside = median(times(3, () => plainSearch(objects, 'c2q')))
  closeIndex(index)
  return [{ name: 'search/made', value: making, unit: 'ms', beside }, ...figures]
}

import { putRows } from '../../src/query/index/put-rows.ts'
import type { IndexRow } from '../../src/query/index/rows.ts'
import { closeIndex } from '../../src/query/index/space-index.ts'
import { readRow, readWindow, type WindowRequest } from '../../src/query/windows/read-window.ts'
import { type Figure, median } from './support/figure.ts'
import { filledIndex, timed, times, type WideRecord } from './support/filled-index.ts'

const TIMES = 15
const ROWS = 50

interface Case {
  readonly name: string
  readonly request: Partial<WindowRequest>
  /** The same over objects in memory. */
  readonly plain: (objects: readonly WideRecord[]) => unknown
}

const { compare } = new Intl.Collator('en', { sensitivity: 'base' })
const byText = (name: string) => (one: WideRecord, other: WideRecord) => compare(String(one[name]), String(other[name]))
const byNumber = (name: string) => (one: WideRecord, other: WideRecord) => Number(one[name]) - Number(other[name])

/** Windows of fifty rows, filtered and sorted: the first time, when the view was used before, and after an edit. */
export const windows = async (rowCount?: number): Promise<Figure[]> => {
  const { index, table, fields, rows, objects } = await filledIndex(rowCount)
  const field = (name: string) => fields[name] as NonNullable<(typeof fields)[string]>
  const cases: Case[] = [
    {
      name: 'choice-by-text',
      request: { filter: { field: field('State'), op: 'is', value: 'active' }, sort: { field: field('Name') } },
      plain: (all) =>
        all
          .filter(({ State }) => State === 'active')
          .sort(byText('Name'))
          .slice(0, ROWS),
    },
    {
      name: 'two-by-number',
      request: {
        filter: {
          all: [
            { field: field('Age'), op: '<', value: 30 },
            { field: field('Member'), op: 'is', value: true },
          ],
        },
        sort: [{ field: field('Score'), descending: true }, { field: field('Joined') }],
      },
      plain: (all) =>
        all
          .filter(({ Age, Member }) => Number(Age) < 30 && Member === true)
          .sort((one, other) => byNumber('Score')(other, one) || byText('Joined')(one, other))
          .slice(0, ROWS),
    },
    {
      name: 'contains-by-date',
      request: { filter: { field: field('City'), op: 'contains', value: 'lub' }, sort: { field: field('Joined') } },
      plain: (all) =>
        all
          .filter(({ City }) =>
            String(City)
              .normalize('NFKD')
              .replace(/\p{Mn}/gu, '')
              .toLowerCase()
              .includes('lub'),
          )
          .sort(byText('Joined'))
          .slice(0, ROWS),
    },
    {
      name: 'unfiltered-by-text',
      request: { sort: { field: field('Note') } },
      plain: (all) => [...all].sort(byText('Note')).slice(0, ROWS),
    },
  ]
  const figures: Figure[] = []
  const read = (request: Partial<WindowRequest>) => readWindow(index, { table: table.id, offset: 0, limit: ROWS, ...request })
  for (const { name, request, plain } of cases) {
    const beside = median(times(3, () => plain(objects)))
    const first = timed(() => read(request))
    const making = timed(() => read(request))
    const again = median(times(TIMES, () => read(request)))
    const oneRead = median(times(TIMES, (time) => readRow(index, table.id, (rows[time] as IndexRow).id)))
    const edited = median(
      Array.from({ length: TIMES }, (_, time) => {
        const row = rows[time * 31] as IndexRow
        putRows(index, table, [{ ...row, columns: row.columns.map((column, at) => (at === 0 ? `Edited ${time}` : column)) }])
        return timed(() => read(request))
      }),
    )
    figures.push(
      { name: `window/${name}/first`, value: first, unit: 'ms', beside, must: 1 },
      { name: `window/${name}/index`, value: making, unit: 'ms', beside },
      { name: `window/${name}/used`, value: again, unit: 'ms', beside, must: 0.2 },
      { name: `window/${name}/edited`, value: edited, unit: 'ms', beside: again, must: 5 },
      { name: `window/${name}/record`, value: oneRead, unit: 'ms', beside: again },
    )
  }
  closeIndex(index)
  return figures
}

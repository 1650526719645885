import { absolute, type Figure, median, percentile } from './support/figure.ts'
import { BARE, importedProfile, SETTLE } from './support/profiles.ts'

/** Edits of each kind, one after the other. */
const TIMES = 150
/** Edits before the first that counts: the first ones after a load pay for inner indexes. */
const WARM_UP = 20
/** Milliseconds that one task of the page may take while cells are edited. */
const BLOCKED_MUST = 50

/** A cell of the grid that is looked at, set: until it would survive a power cut. Beside it the bare steps, in turn. */
export const edit = async (): Promise<Figure[]> => {
  const { page, space, table } = await importedProfile()
  await page.evaluate(
    ([space, table]) => {
      location.hash = `#/space/${space}/${table}`
    },
    [space, table] as const,
  )
  await page.waitForTimeout(SETTLE)
  const { own, bare, blocked } = await page.evaluate(
    async ([space, table, address, times, warmUp]) => {
      const { engine } = bench
      const reference = await bench.startReference(address)
      const { value: window } = await bench.until(
        'window',
        { space, table, offset: 0, limit: 100 },
        ({ rows }) => rows.length > 0,
      )
      const { value: opened } = await bench.until('schema', { space }, ({ ready }) => ready)
      const field = opened.schema.tables.find(({ id }) => id === table)?.fields.find(({ type }) => type === 'text')?.id
      if (!field) throw new Error('The table has no field of text.')
      const own: number[] = []
      const bare: number[] = []
      // Each begins when the one before, and what it caused, is over.
      const quiet = () => new Promise((resolve) => setTimeout(resolve, 40))
      const timed = async (times: number[], work: () => Promise<unknown>) => {
        await quiet()
        const began = performance.now()
        await work()
        times.push(performance.now() - began)
      }
      let stop = () => 0
      for (let number = 0; number < times + warmUp; number++) {
        if (number === warmUp) {
          own.length = 0
          bare.length = 0
          stop = bench.watchBlocked()
        }
        const record = window.rows[number % window.rows.length]?.id
        if (!record) throw new Error('The window is empty.')
        const value = `edited ${number}`
        await timed(own, () => engine.call('commit', { space, edits: [{ do: 'set', table, record, field, value }] }))
        await timed(bare, () => reference.ask('edit', number))
      }
      return { own, bare, blocked: stop() }
    },
    [space, table, BARE, TIMES, WARM_UP] as const,
  )
  return [
    { name: 'edit/median', value: median(own), unit: 'ms', beside: median(bare), must: 1.5 },
    { name: 'edit/p95', value: percentile(own, 0.95), unit: 'ms', beside: percentile(bare, 0.95) },
    absolute('edit/blocked', blocked, 'ms', BLOCKED_MUST),
  ]
}

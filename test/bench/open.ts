import type { Figure } from './figure.ts'
import { BARE, importedProfile, PASSPHRASE, SETTLE } from './profiles.ts'

/** Milliseconds after which the space, left alone, is compacted, as one is that is opened the next day. */
const REST = 8_000

/** From the passphrase to the first rows, and to the whole index; beside the bare handle that loads as much. */
export const open = async (): Promise<Figure[]> => {
  const { page, space, table } = await importedProfile()
  await page.evaluate(() => {
    location.hash = '#/'
  })
  await page.waitForTimeout(REST)
  await page.reload()
  await page.waitForFunction(() => 'bench' in globalThis)
  await page.waitForTimeout(SETTLE)
  const { bare, unlock, window, all } = await page.evaluate(
    async ([space, table, address, passphrase]) => {
      const began = performance.now()
      await bench.engine.call('unlock', { passphrase })
      const unlock = performance.now()
      const ready = bench.until('schema', { space }, ({ ready }) => ready).then(() => performance.now())
      await bench.until('window', { space, table, offset: 0, limit: 100 }, ({ rows }) => rows.length > 0)
      const [window, all] = [performance.now(), await ready]
      const reference = await bench.startReference(address)
      const { time } = await reference.ask<{ time: number }>('load')
      return { bare: time, unlock: unlock - began, window: window - unlock, all: all - unlock }
    },
    [space, table, BARE, PASSPHRASE] as const,
  )
  return [
    { name: 'open/unlock', value: unlock, unit: 'ms', beside: bare },
    { name: 'open/first-window', value: window, unit: 'ms', beside: bare },
    { name: 'open/whole', value: all, unit: 'ms', beside: bare },
  ]
}

import type { Figure } from './support/figure.ts'
import { BARE, type ImportedProfile, importedProfile, PASSPHRASE, SETTLE, WIDE } from './support/profiles.ts'
import { slowed } from './support/slowed.ts'

/** Milliseconds after which the space, left alone, is compacted, as one is that is opened the next day. */
const REST = 8_000
/** The same where there is more to compact, and a copy of a large index to be kept. */
const REST_WIDE = 20_000

/** How many times slower a phone is, and milliseconds that it is given after the page has come. */
const PHONE = 4
const PHONE_SETTLE = 4_000

/** One-cell commits of which the median is taken. */
const EDITS = 20

/** Leaves a space alone, then loads the page anew; it is locked again. */
const nextDay = async ({ page }: ImportedProfile, rest = REST): Promise<void> => {
  await page.evaluate(() => {
    location.hash = '#/'
  })
  await page.waitForTimeout(rest)
  await page.reload()
  await page.waitForFunction(() => 'bench' in globalThis)
  await page.waitForTimeout(SETTLE)
}

/** Milliseconds to unlock, from then on to the first rows and to the whole space, and of a one-cell commit afterwards. */
const opening = ({ page, space, table }: ImportedProfile) =>
  page.evaluate(
    async ([space, table, passphrase, times]) => {
      const began = performance.now()
      await bench.engine.call('unlock', { passphrase })
      const unlock = performance.now()
      const ready = bench.until('schema', { space }, ({ ready }) => ready).then((opened) => ({ opened, at: performance.now() }))
      const { value: shown } = await bench.until('window', { space, table, offset: 0, limit: 100 }, ({ rows }) => rows.length > 0)
      const window = performance.now()
      const { opened, at: all } = await ready
      const field = opened.value.schema.tables.find(({ id }) => id === table)?.fields.find(({ type }) => type === 'text')?.id
      if (!field) throw new Error('The table has no field of text.')
      const edits: number[] = []
      for (const [number, { id: record }] of shown.rows.slice(0, times).entries()) {
        const since = performance.now()
        await bench.engine.call('commit', { space, edits: [{ do: 'set', table, record, field, value: `opened ${number}` }] })
        edits.push(performance.now() - since)
      }
      const edit = edits.sort((one, other) => one - other)[edits.length >> 1] ?? Number.NaN
      return { unlock: unlock - began, window: window - unlock, all: all - unlock, edit }
    },
    [space, table, PASSPHRASE, EDITS] as const,
  )

/** From the passphrase to the first rows, and to the whole index; beside the bare handle that loads as much. */
export const open = async (): Promise<Figure[]> => {
  const profile = await importedProfile()
  await nextDay(profile)
  const { unlock, window, all } = await opening(profile)
  const bare = await profile.page.evaluate(async (address) => {
    const reference = await bench.startReference(address)
    return (await reference.ask<{ time: number }>('load')).time
  }, BARE)
  return [
    { name: 'open/unlock', value: unlock, unit: 'ms', beside: bare },
    { name: 'open/first-window', value: window, unit: 'ms', beside: bare },
    { name: 'open/whole', value: all, unit: 'ms', beside: bare },
  ]
}

/** The same with 100,000 records of ten fields, as a phone opens it, beside this machine. */
export const openOnPhone = async (): Promise<Figure[]> => {
  const profile = await importedProfile(WIDE)
  await nextDay(profile, REST_WIDE)
  const here = await opening(profile)
  await nextDay(profile, REST_WIDE)
  const phone = await slowed(profile.folder, PHONE, async () => {
    await profile.page.waitForTimeout(PHONE_SETTLE)
    return opening(profile)
  })
  return [
    { name: 'open/phone-unlock', value: phone.unlock, unit: 'ms', beside: here.unlock },
    { name: 'open/phone-first-window', value: phone.window, unit: 'ms', beside: here.window },
    { name: 'open/phone-ready', value: phone.all, unit: 'ms', beside: here.all },
    { name: 'open/phone-edit', value: phone.edit, unit: 'ms', beside: here.edit },
  ]
}

import type { Page } from 'playwright-core'
import { type Figure, median } from './support/figure.ts'
import { pair } from './support/pair.ts'
import { BARE, importedProfile, newProfile, SETTLE } from './support/profiles.ts'

/** Edits, and round trips, one after the other. */
const TIMES = 60

/** Two browsers, paired: a space's first way to the other one, and the way of an edit. */
export const sync = async (): Promise<Figure[]> => {
  const { page: laptop, space, table } = await importedProfile()
  const phone = await newProfile('Phone')
  // Read by nobody while it is measured.
  await laptop.evaluate(() => {
    location.hash = '#/'
  })
  await laptop.waitForTimeout(SETTLE)

  const since = laptop.evaluate(async (space) => {
    const connected = await bench.until('sync', { space }, ({ neighbours }) =>
      neighbours.some(({ state }) => state === 'connected'),
    )
    return connected.at
  }, space)
  await pair(laptop, phone)
  const there = await phone.evaluate(async (space) => {
    const { at } = await bench.until('spaces', undefined, (spaces) =>
      spaces.some(({ id, arriving }) => id === space && !arriving),
    )
    return at
  }, space)
  const first = there - (await since)

  await joinRaw(laptop, phone)
  const bareFirst = await bareTransfer(laptop, phone)
  const { edits, trips } = await roundTrips(laptop, phone, space, table)
  return [
    { name: 'sync/first', value: first, unit: 'ms', beside: bareFirst, must: 2 },
    { name: 'sync/edit', value: median(edits), unit: 'ms', beside: median(trips), must: 5 },
  ]
}

/** A bare data channel between the two pages, and the workers beside it. */
const joinRaw = async (one: Page, other: Page): Promise<void> => {
  for (const page of [one, other]) {
    await page.evaluate(async (address) => {
      const reference = await bench.startReference(address)
      Object.assign(globalThis, { raw: bench.rawChannel(), reference })
    }, BARE)
  }
  const offer = await one.evaluate(() => raw.offer())
  const answer = await other.evaluate((sdp) => raw.answer(sdp), offer)
  await one.evaluate((sdp) => raw.accept(sdp), answer)
  for (const page of [one, other]) {
    await page.evaluate(async () => {
      reference.through(await raw.opened())
    })
  }
}

/** Milliseconds to save, send and load the bare document. */
const bareTransfer = async (from: Page, to: Page): Promise<number> => {
  const { bytes, time: save } = await from.evaluate(() => reference.ask<{ bytes: number; time: number }>('save'))
  const received = to.evaluate((bytes) => raw.received(bytes), bytes)
  const began = await from.evaluate(async (bytes) => {
    const began = performance.timeOrigin + performance.now()
    await raw.send(bytes)
    return began
  }, bytes)
  const send = (await received) - began
  const { time: load } = await to.evaluate(() => reference.ask<{ time: number }>('load'))
  console.error(`   bare: save ${save.toFixed(0)} ms, send ${send.toFixed(0)} ms (${bytes} bytes), load ${load.toFixed(0)} ms`)
  return save + send + load
}

/** In turn: an edit here until it is told there, and a message from worker to worker and back. */
const roundTrips = async (from: Page, to: Page, space: string, table: string): Promise<{ edits: number[]; trips: number[] }> => {
  const input = { space, table } as { space: never; table: never }
  const target = await to.evaluate(async (input) => {
    const { value: opened } = await bench.until('schema', input, ({ ready }) => ready)
    const { value: window } = await bench.until('window', { ...input, offset: 0, limit: 1 }, ({ rows }) => rows.length > 0)
    const field = opened.schema.tables.find(({ id }) => id === input.table)?.fields.find(({ type }) => type === 'text')?.id
    const record = window.rows[0]?.id
    if (!field || !record) throw new Error('The table that came has no text.')
    const seen = new Map<unknown, (at: number) => void>()
    bench.engine.watch('record', { ...input, record }, (row) => {
      const cell = row?.cells[field]
      if (cell?.kind === 'value') seen.get(cell.value)?.(performance.timeOrigin + performance.now())
    })
    Object.assign(globalThis, { seen: (value: string) => new Promise((resolve) => seen.set(value, resolve)) })
    return { ...input, field, record }
  }, input)
  const edits: number[] = []
  const trips: number[] = []
  for (let number = 0; number < TIMES; number++) {
    const value = `sent ${number}`
    const seen = to.evaluate((value) => globalThis.seen(value), value)
    await to.waitForTimeout(40)
    const began = await from.evaluate(
      async ({ space, table, record, field, value }) => {
        const began = performance.timeOrigin + performance.now()
        await bench.engine.call('commit', { space, edits: [{ do: 'set', table, record, field, value }] })
        return began
      },
      { ...target, value },
    )
    edits.push((await seen) - began)
    await to.waitForTimeout(40)
    trips.push((await from.evaluate(() => reference.ask<{ time: number }>('round-trip'))).time)
  }
  return { edits, trips }
}

declare global {
  var raw: import('./page/raw-channel.ts').RawChannel
  var reference: import('./page/reference.ts').Reference
  var seen: (value: string) => Promise<number>
}

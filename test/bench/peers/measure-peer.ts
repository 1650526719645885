import type { Page } from 'playwright-core'
import { median } from '../support/figure.ts'
import type { WideRecord } from '../support/wide-records.ts'
import { type PeerProfile, peerProfile } from './peer-profile.ts'
import { rendererMemory } from './renderer-memory.ts'

/** What is measured of each library; milliseconds, or bytes where the name says so. */
export const MEASURES = [
  'fill',
  'unlock',
  'open',
  'ready',
  'query-first',
  'query',
  'edit',
  'edit-default',
  'merge',
  'bytes',
  'memory',
  'memory-peak',
] as const
export type Measure = (typeof MEASURES)[number]

/** Those that are bytes. */
export const SIZES: ReadonlySet<Measure> = new Set(['bytes', 'memory', 'memory-peak'])

export interface Measured {
  readonly values: Partial<Record<Measure, number>>
  /** Why the rest is missing. */
  readonly failed: string | undefined
}

/** Cells set of which the median is taken, unless they take longer than there is time for; milliseconds. */
const EDITS = 120
const EDITS_WITHIN = 15_000
/** Edits on each of two copies. */
const APART = 1_000
/** Milliseconds after which a page has nothing more to do. */
const SETTLE = 5_000

const CITIES = ['Lübeck', 'Ghent', 'Porto', 'Tartu', 'Graz', 'Kiel', 'Arles', 'Bergen']
const SHOWN = 50

/** No two of them alike, so that nothing is answered from an answer. */
const QUESTIONS = Array.from({ length: 24 }, (_, number) => ({ city: CITIES[number % CITIES.length] ?? '', age: 20 + number }))

const expected = (records: readonly WideRecord[]): number[][] =>
  QUESTIONS.map(({ city, age }) =>
    records
      .filter(({ City, Age }) => City === city && Number(Age) >= age)
      .map(({ Score }) => Number(Score))
      .sort((one, other) => one - other)
      .slice(0, SHOWN),
  )

const memory = async ({ folder }: PeerProfile, page: Page): Promise<Measured['values']> => {
  const resident = await rendererMemory(folder, page)
  return resident ? { memory: resident.now, 'memory-peak': resident.greatest } : {}
}

/** What a page takes in which nothing is. */
export const emptyPage = async (address: string): Promise<Measured> => {
  const profile = await peerProfile(address)
  try {
    const values = await profile.start(async (page) => {
      await page.waitForTimeout(SETTLE)
      return memory(profile, page)
    })
    return { values, failed: undefined }
  } finally {
    await profile.remove()
  }
}

/**
 * Measures one library, each part after a new start of the browser.
 * @param address of its page
 * @param records what it is filled with, to check its answers
 * @param merge how two copies are merged where the page alone cannot; milliseconds
 */
export const measurePeer = async (
  address: string,
  records: readonly WideRecord[],
  merge?: (first: PeerProfile, edits: number) => Promise<number>,
): Promise<Measured> => {
  const values: Partial<Record<Measure, number>> = {}
  const profile = await peerProfile(address)
  try {
    values.fill = await profile.start((page) => page.evaluate((rows) => peer.fill(rows), records.length))
    await profile.start(async (page) => {
      const { unlock, open, ready } = await page.evaluate(() => peer.open())
      Object.assign(values, { open, ready, ...(unlock !== undefined && { unlock }) })
      const { times, scores } = await page.evaluate((asked) => peer.query(asked), QUESTIONS)
      if (JSON.stringify(scores) !== JSON.stringify(expected(records))) throw new Error('It answered a question otherwise.')
      Object.assign(values, { 'query-first': times[0], query: median(times.slice(1)) })
      await page.requestGC()
      await page.waitForTimeout(SETTLE)
      Object.assign(values, await memory(profile, page))
    })
    values.bytes = await profile.bytes()
    await profile.start(async (page) => {
      await page.evaluate(() => peer.open())
      const edit = (strict: boolean) =>
        page.evaluate(([count, within, strict]) => peer.edit(count, within, strict), [EDITS, EDITS_WITHIN, strict] as const)
      values['edit-default'] = median(await edit(false))
      values.edit = median(await edit(true))
    })
    const merged = merge
      ? await merge(profile, APART)
      : await profile.start(async (page) => {
          await page.evaluate(() => peer.open())
          return page.evaluate((edits) => peer.merge(edits), APART)
        })
    if (merged !== undefined) values.merge = merged
    return { values, failed: undefined }
  } catch (error) {
    return { values, failed: error instanceof Error ? error.message : String(error) }
  } finally {
    await profile.remove()
  }
}

import type { Page } from 'playwright-core'
import { startRelay, type TestRelay } from '../../support/relay.ts'
import { pair } from '../support/pair.ts'
import { type PeerProfile, peerProfile } from './peer-profile.ts'

/** Milliseconds that the last edits have to come to rest. */
const SETTLE = 3_000
/** Of the edits on either side, so many are to the same cells. */
const CONFLICTS = 0.1

/** Edits made one after the other, each a change of its own. */
const editEach = (page: Page, side: number, edits: number) =>
  page.evaluate(
    async ([side, edits, conflicts]) => {
      const ids = await peer.tessera.ids(edits)
      for (const [index, id] of ids.entries()) {
        const field = side === 0 || index < conflicts ? 'Note' : 'Code'
        await peer.tessera.edit(id, field, `${side} ${index}`)
      }
    },
    [side, edits, edits * CONFLICTS] as const,
  )

/** Where a tenth of the records lie, and what both fields of each show. */
const cells = (page: Page, edits: number) =>
  page.evaluate(async (edits) => {
    const ids = (await peer.tessera.ids(edits)).filter((_, index) => index % 10 === 0)
    const shown: unknown[] = []
    for (const id of ids) shown.push([id, await peer.tessera.cell(id, 'Note'), await peer.tessera.cell(id, 'Code')])
    return JSON.stringify(shown)
  }, edits)

/**
 * Two browsers, two devices of one person. Both edit while they do not reach each other; then they meet, over WebRTC.
 * @param first holds the records
 * @param relay by which they find each other; stopped and started again meanwhile
 * @returns milliseconds from their being connected until each knows that both hold the same
 */
export const mergeTessera = async (
  first: PeerProfile,
  address: string,
  edits: number,
  relay: { now: TestRelay },
  app: string,
): Promise<number> => {
  const second = await peerProfile(address)
  try {
    return await first.start((one) =>
      second.start(async (other) => {
        await other.evaluate(() => peer.tessera.begin())
        await one.evaluate(() => peer.open())
        await pair(one, other)
        await other.evaluate((place) => peer.tessera.arrive(place), await one.evaluate(() => peer.tessera.place()))
        const both = [one, other] as const
        for (const page of both) await page.evaluate(() => peer.tessera.lock())
        const { port } = relay.now
        await relay.now.stop()
        for (const [side, page] of both.entries()) {
          await page.evaluate(() => peer.open())
          await editEach(page, side, edits)
        }
        await one.waitForTimeout(SETTLE)
        const met = both.map((page) => page.evaluate(() => peer.tessera.met()))
        relay.now = await startRelay({ app, port })
        // Otherwise they would find out by and by.
        for (const page of both) await page.evaluate(() => dispatchEvent(new Event('online')))
        const times = await Promise.all(met)
        const [shown, shownThere] = [await cells(one, edits), await cells(other, edits)]
        if (shown !== shownThere) throw new Error('After merging, the two devices show different cells.')
        return Math.max(...times.map(({ equal }) => equal)) - Math.min(...times.map(({ connected }) => connected))
      }),
    )
  } finally {
    await second.remove()
  }
}

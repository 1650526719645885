/** A browser profile on the disk in which one library is measured, through several starts of the browser. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { BROWSER_FLAGS, findBrowser } from '../../../scripts/browser.mjs'

/** Milliseconds that a library has for all that is done with it; what it does not get to is left out. */
const LIMIT = 240_000

export interface PeerProfile {
  readonly folder: string
  /**
   * Starts the browser, runs `work` in a page with the library, and ends the browser.
   * @throws when everything so far took longer than the limit, or the page goes down
   */
  start<T>(work: (page: Page) => Promise<T>): Promise<T>
  /** Of everything that the page keeps on the disk. */
  bytes(): Promise<number>
  remove(): Promise<void>
}

/** @param address of the page */
export const peerProfile = async (address: string): Promise<PeerProfile> => {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-peer-'))
  const until = performance.now() + LIMIT
  return {
    folder,
    async start(work) {
      const executablePath = await findBrowser()
      const context = await chromium.launchPersistentContext(folder, {
        ...(executablePath && { executablePath }),
        args: [...BROWSER_FLAGS],
      })
      try {
        const page = context.pages()[0] ?? (await context.newPage())
        page.on('pageerror', (error) => console.error(`   ${address}: ${error.message}`))
        page.on('console', (message) => {
          if (message.type() === 'error' && !message.text().includes('404'))
            console.error(`   ${address}: ${message.text().slice(0, 500)}`)
        })
        const failed = new Promise<never>((_, reject) => {
          page.on('crash', () => reject(new Error('The page went down: not enough memory.')))
          const late = () => reject(new Error(`Everything together took longer than ${LIMIT / 1000} seconds.`))
          setTimeout(late, until - performance.now()).unref()
        })
        await page.goto(address)
        await page.waitForFunction(() => 'peer' in globalThis)
        return await Promise.race([work(page), failed])
      } finally {
        await context.close()
      }
    },
    bytes: () => bytesIn(join(folder, 'Default', 'IndexedDB')),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

const bytesIn = async (folder: string): Promise<number> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const sizes = await Promise.all(
    entries.filter((entry) => entry.isFile()).map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

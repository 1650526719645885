/** Browser profiles with the app in them, shared by the benches of one run. */
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { BROWSER_FLAGS, findBrowser } from '../../../scripts/browser.mjs'
import type { SpaceId, TableId } from '../../../src/engine/api/engine.ts'
import { previewCsv } from '../../../src/exchange/csv/preview.ts'
import { loadAutomerge } from '../../../src/space/automerge.ts'
import { startRelay, type TestRelay } from '../../support/relay.ts'
import { bareRecords, makeBare } from './bare-document.ts'
import { cached } from './cached.ts'
import { realRows, realTable } from './real-table.ts'
import { wideTable } from './wide-table.ts'

export const PASSPHRASE = 'correct horse battery staple'
/** Addresses of what the pages fetch. */
export const TABLE = '/data/UnicodeData.txt'
/** 100,000 records of ten fields. */
export const WIDE = '/data/wide.csv'
export const BARE = '/data/bare.automerge'

const APP = 'build/bench/app'

/** A profile in whose space the whole table is. */
export interface ImportedProfile {
  readonly page: Page
  /** Where the browser keeps it. */
  readonly folder: string
  readonly space: SpaceId
  readonly table: TableId
  /** The longest task of the page during the import; milliseconds. */
  readonly blocked: number
}

const ends: (() => Promise<unknown>)[] = []
let relay: Promise<TestRelay> | undefined
const shared = new Map<string, Promise<ImportedProfile>>()
const folders = new WeakMap<Page, string>()

/** Ends every browser, and the server. */
export const endProfiles = async (): Promise<void> => {
  for (const end of ends.splice(0).reverse()) await end()
}

const makeBareDocument = async (): Promise<Uint8Array> => {
  await loadAutomerge(await readFile(createRequire(import.meta.url).resolve('@automerge/automerge/automerge.wasm')))
  const file = await realTable()
  const handle = makeBare(bareRecords(await realRows(file, (await previewCsv(file)).guess)))
  const bytes = handle.save()
  handle.free()
  return bytes
}

const serveApp = async (): Promise<TestRelay> => {
  await mkdir(join(APP, 'data'), { recursive: true })
  await writeFile(join(APP, TABLE), new Uint8Array(await (await realTable()).arrayBuffer()))
  await writeFile(join(APP, WIDE), new Uint8Array(await wideTable().arrayBuffer()))
  // Made of the table and by this file's code: both are in its name.
  const made =
    readFileSync('test/fixtures/UnicodeData.txt.gz', 'base64') + readFileSync('test/bench/support/bare-document.ts', 'utf8')
  await writeFile(join(APP, BARE), await cached('bare.automerge', made, makeBareDocument))
  const started = await startRelay({ app: APP })
  ends.push(started.stop)
  return started
}

/** A browser with an empty profile on disk, the app open in it. */
export const newProfile = async (name: string): Promise<Page> => {
  relay ??= serveApp()
  const { port } = await relay
  const folder = await mkdtemp(join(tmpdir(), 'tessera-bench-'))
  const executablePath = await findBrowser()
  const context = await chromium.launchPersistentContext(folder, {
    ...(executablePath && { executablePath }),
    args: [...BROWSER_FLAGS],
    viewport: { width: 1440, height: 900 },
  })
  ends.push(async () => {
    await context.close()
    await rm(folder, { recursive: true, force: true })
  })
  const page = context.pages()[0] ?? (await context.newPage())
  folders.set(page, folder)
  page.on('pageerror', (error) => console.error(`${name}: ${error.message}`))
  await page.goto(`http://localhost:${port}/`)
  await page.waitForFunction(() => 'bench' in globalThis)
  await page.evaluate(([name, passphrase]) => bench.engine.call('createProfile', { name, passphrase }), [
    name,
    PASSPHRASE,
  ] as const)
  return page
}

/** The profile with the table of this address, made when it is first asked for. */
export const importedProfile = (address = TABLE): Promise<ImportedProfile> => {
  const known = shared.get(address)
  if (known) return known
  const made = (async () => {
    const page = await newProfile('Laptop')
    const space = await page.evaluate(async () => (await bench.engine.call('createSpace', { name: 'Characters' })).space)
    await page.evaluate((space) => {
      location.hash = `#/space/${space}`
    }, space)
    await page.waitForTimeout(SETTLE)
    const { table, blocked } = await page.evaluate(
      async ([space, address]) => {
        const file = await (await fetch(address)).blob()
        const { guess } = await bench.engine.call('previewCsv', { file })
        const stop = bench.watchBlocked()
        const { table } = await bench.engine.call('importCsv', { space, file, table: 'Characters', guess })
        return { table, blocked: stop() }
      },
      [space, address] as const,
    )
    return { page, folder: folders.get(page) ?? '', space, table, blocked }
  })()
  shared.set(address, made)
  return made
}

/** Milliseconds after which a page that was opened has nothing more to do. */
export const SETTLE = 1_000

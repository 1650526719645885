import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Page } from '@playwright/test'
import { buildId } from '../../scripts/build-id.mjs'
import { startRelay } from '../support/relay.ts'
import { addRecord, expect, openSpace, pairWithRecord, startFresh, test, unlock } from './support.ts'

test('invalid codes and a missing camera are reported', async ({ device }) => {
  const phone = await device('Phone', { phone: true })
  const { page } = phone
  await startFresh(phone)
  await phone.goto('#/devices')
  await page
    .getByRole('link', { name: 'Scan a code' })
    .or(page.getByRole('button', { name: 'Scan a code' }))
    .click()
  await expect(page.getByText(/camera (here|may not be used|cannot be read)|no camera/i).first()).toBeVisible()
  await page.getByLabel('No camera? Paste the link or code').fill('CGDBU2YBI2XFBTZTWVUGZ4T4')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByText(/not a Tessera code, or part of it is missing|this code is incomplete/i).first()).toBeVisible()
})

test('an unreachable relay is reported, with two scans as the alternative', async ({ device }) => {
  const relay = await startRelay({ app: 'build/app' })
  const laptop = await device('Laptop', { url: `http://localhost:${relay.port}` })
  await startFresh(laptop)
  await relay.stop()
  await laptop.goto('#/devices/pair')
  await expect(laptop.page.getByRole('button', { name: 'Use two scans' })).toBeVisible({ timeout: 30_000 })
  await laptop.page.getByRole('button', { name: 'Use two scans' }).click()
  await expect(laptop.page.getByRole('heading', { name: 'Pair without a network' })).toBeVisible()
})

test('wrong passphrases cause growing delays, and the right one unlocks', async ({ device }) => {
  const laptop = await device('Laptop')
  const { page } = laptop
  await startFresh(laptop)
  await page.reload()
  const field = page.getByLabel('Passphrase', { exact: true })
  await expect(async () => {
    await field.fill('not this one')
    await page.keyboard.press('Enter')
    await expect(page.getByText(/Too many attempts/).first()).toBeVisible({ timeout: 1_500 })
  }).toPass({ timeout: 30_000 })
  await expect(page.getByText(/Too many attempts/)).toHaveCount(0, { timeout: 40_000 })
  await unlock(laptop)
  await expect(page.getByRole('heading', { name: 'Spaces' })).toBeVisible()
})

test('settings say that the browser may delete the data, with what to do', async ({ device }) => {
  const laptop = await device('Laptop')
  await startFresh(laptop)
  await laptop.goto('#/settings')
  await expect(laptop.page.getByRole('heading', { name: 'Storage' })).toBeVisible()
  await expect(
    laptop.page
      .getByRole('button', { name: 'Ask the browser to keep it' })
      .or(laptop.page.getByText('The browser keeps your data'))
      .first(),
  ).toBeVisible()
  await expect(laptop.page.getByText(/used, .* available/)).toBeVisible()
})

test('a new version waits for consent; then tabs of the old version stop, whichever ran the engine', async ({ device }) => {
  const app = await mkdtemp(join(tmpdir(), 'tessera-app-'))
  await cp('build/app', app, { recursive: true })
  let relay = await startRelay({ app })
  const { port } = relay
  const laptop = await device('Laptop', { url: `http://localhost:${port}` })
  const { page, context } = laptop
  await startFresh(laptop)
  await page.evaluate(() => navigator.serviceWorker.ready)
  const other = await context.newPage()
  await other.goto('/')
  await expect(other.getByRole('heading', { name: 'Spaces' })).toBeVisible()

  /** One tab updates; the other one says that it is outdated and stops its engine. */
  const update = async (updates: Page, stays: Page, version: string) => {
    await relay.stop()
    await makeVersion(app, version)
    relay = await startRelay({ app, port })
    await updates.evaluate(async () => (await navigator.serviceWorker.ready).update())
    await expect(updates.getByText('A new version of Tessera is ready.').first()).toBeVisible({ timeout: 20_000 })
    await updates.getByRole('button', { name: 'Update' }).click()
    await expect(stays.getByRole('heading', { name: 'Tessera was updated' })).toBeVisible()
    await unlock({ ...laptop, page: updates })
    await expect(updates.getByRole('heading', { name: 'Spaces' })).toBeVisible()
    expect(await buildOf(updates)).toContain(version)
    // After a reload it joins the new version.
    await stays.getByRole('button', { name: 'Reload' }).click()
    await expect(stays.getByRole('heading', { name: 'Spaces' })).toBeVisible()
    expect(await buildOf(stays)).toContain(version)
  }
  await update(page, other, 'second')
  // Now the first tab runs the engine, and the other one updates.
  await update(other, page, 'third')
  await relay.stop()
  await rm(app, { recursive: true })
})

const buildOf = (page: Page) => page.evaluate(() => document.querySelector('script[type=module]')?.getAttribute('src'))

/** Replaces the app by another version: other file names, another build id. */
const makeVersion = async (app: string, version: string): Promise<void> => {
  await rm(app, { recursive: true })
  await cp('build/app', app, { recursive: true })
  const assets = join(app, 'assets')
  const names = (await readdir(assets)).filter((name) => !name.endsWith('.map')).sort((one, other) => other.length - one.length)
  const every = new RegExp(names.map((name) => name.replaceAll('.', '\\.')).join('|'), 'g')
  const renamed = (text: string) => text.replace(every, (name) => `${version}-${name}`).replaceAll(buildId(), version)
  // Files without a hash in their name are fetched again when their revision differs.
  const revised = (text: string) => renamed(text).replaceAll('"revision":"', `"revision":"${version}`)
  for (const file of ['index.html', 'service-worker.js', ...names.map((name) => join('assets', name))]) {
    const path = join(app, file)
    if (!file.endsWith('.wasm')) await writeFile(path, revised(await readFile(path, 'utf8')))
    if (file.startsWith('assets')) await rename(path, join(assets, renamed(basename(file))))
  }
}

test('over plain HTTP the page says what is missing and what to do', async ({ device, baseURL }) => {
  const phone = await device('Phone', {
    phone: true,
    args: ['--host-resolver-rules=MAP tessera.test 127.0.0.1'],
    url: (baseURL ?? '').replace('localhost', 'tessera.test'),
  })
  await phone.goto()
  await expect(phone.page.getByRole('heading', { name: 'This address is not secure' })).toBeVisible()
  await expect(phone.page.getByText('PUBLIC_URL=https://…')).toBeVisible()
})

test('corrupted changes are refused and reported, and sync resumes once they arrive intact', async ({ device }) => {
  const [laptop, desk] = [await device('Laptop'), await device('Desk')]
  await pairWithRecord(laptop, desk)
  for (const each of [laptop, desk]) await openSpace(each, 'Lumen House')
  await expect(desk.page.getByText('Ash', { exact: true })).toBeVisible({ timeout: 20_000 })

  // Flip one bit of all messages larger than a heartbeat.
  await desk.page.evaluate(() => {
    const { send } = RTCDataChannel.prototype
    const wire: { garbles: boolean } = Object.assign(globalThis, { garbles: true })
    RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: unknown) {
      const bytes = new Uint8Array(data instanceof Uint8Array ? data : (data as ArrayBuffer))
      const last = bytes.length - 1
      if (wire.garbles && last > 300) bytes[last] = (bytes[last] ?? 0) ^ 1
      send.call(this, bytes)
    } as typeof send
  })
  await addRecord(desk, 'Briar')
  await expect(laptop.page.getByText('Changes from Desk were refused').first()).toBeVisible({ timeout: 20_000 })
  await expect(laptop.page.getByText('Briar', { exact: true })).toBeHidden()
  await addRecord(laptop, 'Calla')

  await desk.page.evaluate(() => Object.assign(globalThis, { garbles: false }))
  for (const each of [laptop, desk])
    for (const name of ['Ash', 'Briar', 'Calla'])
      await expect(each.page.getByText(name, { exact: true })).toBeVisible({ timeout: 60_000 })
  await expect(laptop.page.getByText('Desk has everything').first()).toBeVisible({ timeout: 20_000 })
})

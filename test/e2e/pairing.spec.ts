import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomBytes } from '../../src/bytes/encoding.ts'
import { encodeCode } from '../../src/discovery/codes/code.ts'
import {
  addRecord,
  expect,
  makeSpace,
  makeTable,
  openSpace,
  pairWithRecord,
  startFresh,
  test,
  unlock,
  watchTexts,
} from './support.ts'

test('two devices pair by a code, get the same spaces, and sync edits, also those made offline', async ({ device }) => {
  const [laptop, phone] = [await device('Laptop'), await device('Pixel 7', { phone: true })]
  await pairWithRecord(laptop, phone)
  // The other device's spaces are not known here yet.
  await expect(laptop.page.getByText(/Your spaces are being copied to Pixel 7/)).toBeVisible()
  for (const { page, goto } of [laptop, phone]) {
    await goto('#/devices')
    for (const name of ['Laptop', 'Pixel 7']) await expect(page.getByText(name, { exact: true }).first()).toBeVisible()
    await expect(page.getByText('Connected', { exact: true })).toBeVisible({ timeout: 20_000 })
  }

  await openSpace(phone, 'Lumen House')
  await expect(phone.page.getByText('Ash', { exact: true })).toBeVisible({ timeout: 20_000 })
  await openSpace(laptop, 'Lumen House')
  await addRecord(laptop, 'Briar')
  await expect(phone.page.getByText('Briar', { exact: true })).toBeVisible()

  // Both edit offline; after they connect, both have every edit.
  await phone.context.setOffline(true)
  await addRecord(laptop, 'Calla')
  await phone.restart()
  // No state of records, tables or other devices is shown before it is known.
  const untrue = await watchTexts(phone.page, ['No records yet', 'No tables yet', 'only here', 'Nothing here yet'])
  await phone.goto()
  await unlock(phone)
  await openSpace(phone, 'Lumen House')
  await expect(phone.page.getByText('Calla', { exact: true })).toBeVisible({ timeout: 30_000 })
  expect(await untrue()).toEqual([])

  await makeSpace(laptop, 'Workshop')
  await makeTable(laptop, 'Machines')
  await addRecord(laptop, 'Lathe')
  await openSpace(phone, 'Workshop')
  await expect(phone.page.getByText('Lathe', { exact: true })).toBeVisible({ timeout: 20_000 })
})

test('a link with a stranger’s code opens no connection until the person agrees', async ({ device }) => {
  const phone = await device('Phone', { phone: true })
  await startFresh(phone)
  let connections = 0
  const relay = createServer().on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(relay.address() as AddressInfo).port}`
  try {
    const code = encodeCode({
      kind: 'own-device',
      secret: randomBytes(16),
      expires: Date.now() + 60_000,
      home: randomBytes(8),
      fingerprint: randomBytes(32),
      relays: [`ws://${host}/`],
    })
    await phone.goto(`#${code}`)
    await expect(phone.page.getByText('Only continue if you are holding both.')).toBeVisible()
    await expect(phone.page.getByText(host)).toBeVisible()
    await phone.page.getByRole('button', { name: 'Cancel' }).click()
    await expect(phone.page.getByRole('heading', { name: 'Spaces' })).toBeVisible()
    expect(connections).toBe(0)
  } finally {
    relay.close()
  }
})

import { startRelay } from '../support/relay.ts'
import {
  addRecord,
  compareWords,
  expect,
  makeSpace,
  makeTable,
  openLinkWithCode,
  openSpace,
  pairWithRecord,
  shownCode,
  startFresh,
  test,
  unlock,
} from './support.ts'

/** A relay of this test that can be stopped and started again at the same address. */
const ownRelay = async () => {
  let relay = await startRelay({ app: 'build/app' })
  const { port } = relay
  return {
    url: `http://localhost:${port}`,
    off: () => relay.stop(),
    on: async () => {
      relay = await startRelay({ app: 'build/app', port })
    },
  }
}

test('without a network the app opens, unlocks and edits; devices sync when the network is back', async ({ device }) => {
  const relay = await ownRelay()
  const [laptop, desk] = [await device('Laptop', { url: relay.url }), await device('Desk', { url: relay.url })]
  await pairWithRecord(laptop, desk)
  await openSpace(desk, 'Lumen House')
  await expect(desk.page.getByRole('gridcell', { name: 'Ash', exact: true })).toBeVisible({ timeout: 20_000 })
  for (const { page } of [laptop, desk]) await page.evaluate(() => navigator.serviceWorker.ready)

  // Each device restarts without a network.
  await laptop.context.close()
  await desk.context.close()
  await relay.off()
  for (const [each, name] of [
    [laptop, 'Briar'],
    [desk, 'Calla'],
  ] as const) {
    await each.restart()
    await each.goto()
    await unlock(each)
    await openSpace(each, 'Lumen House')
    await expect(each.page.getByRole('gridcell', { name: 'Ash', exact: true })).toBeVisible()
    await addRecord(each, name)
    if (each === laptop) await each.context.close()
  }

  // The desk stays open and untouched: it finds the laptop by itself.
  await relay.on()
  await laptop.restart()
  await laptop.goto()
  await unlock(laptop)
  await openSpace(laptop, 'Lumen House')
  for (const { page } of [laptop, desk]) {
    for (const name of ['Ash', 'Briar', 'Calla'])
      await expect(page.getByRole('gridcell', { name, exact: true })).toBeVisible({ timeout: 90_000 })
  }
  await relay.off()
})

test('two scans pair two devices without a relay', async ({ device }) => {
  const relay = await ownRelay()
  const [laptop, phone] = [await device('Laptop', { url: relay.url }), await device('Phone', { url: relay.url, phone: true })]
  await startFresh(laptop)
  await startFresh(phone)
  await makeSpace(laptop, 'Lumen House')
  await makeTable(laptop, 'Members')
  await addRecord(laptop, 'Ash')
  await relay.off()

  await laptop.goto('#/devices/pair')
  await laptop.page.getByRole('button', { name: /two scans/i }).click()
  await expect(laptop.page.getByRole('heading', { name: 'Pair without a network' })).toBeVisible()
  await laptop.page.getByRole('button', { name: 'Copy code' }).click()
  await openLinkWithCode(phone, await laptop.page.evaluate(() => navigator.clipboard.readText()))
  await expect(phone.page.getByRole('heading', { name: 'Scan this with the first device' })).toBeVisible({ timeout: 20_000 })
  const answer = await shownCode(phone)
  await expect(laptop.page.getByText('Connected', { exact: true })).toHaveCount(0)
  await laptop.page.getByRole('button', { name: 'Scan its code' }).click()
  await laptop.page.getByRole('textbox').last().fill(answer)
  await laptop.page.getByRole('button', { name: 'Continue' }).click()
  await compareWords(laptop, phone)
  await openSpace(phone, 'Lumen House')
  await expect(phone.page.getByText('Ash', { exact: true })).toBeVisible({ timeout: 20_000 })
})

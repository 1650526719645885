import { startRelay } from '../support/relay.ts'
import {
  addRecord,
  compareWords,
  expect,
  makeSpace,
  makeTable,
  openSpace,
  pair,
  shownCode,
  startFresh,
  test,
  unlock,
} from './support.ts'

/** A relay of the test's own, that can be switched off and on again at the same address. */
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

test('with the network gone the app opens, unlocks and edits; once it is back, devices sync by themselves', async ({
  device,
}) => {
  const relay = await ownRelay()
  const [laptop, phone] = [await device('Laptop', { url: relay.url }), await device('Phone', { url: relay.url, phone: true })]
  await startFresh(laptop)
  await startFresh(phone)
  await makeSpace(laptop, 'Lumen House')
  await makeTable(laptop, 'Members')
  await addRecord(laptop, 'Ash')
  await pair(laptop, phone)
  await openSpace(phone, 'Lumen House')
  await expect(phone.page.getByText('Ash', { exact: true })).toBeVisible({ timeout: 20_000 })
  await laptop.page.evaluate(() => navigator.serviceWorker.ready)

  await phone.context.close()
  await relay.off()
  await laptop.restart()
  await laptop.goto()
  await unlock(laptop)
  await openSpace(laptop, 'Lumen House')
  await expect(laptop.page.getByRole('gridcell', { name: 'Ash', exact: true })).toBeVisible()
  await addRecord(laptop, 'Briar')

  await relay.on()
  await phone.restart()
  await phone.goto()
  await unlock(phone)
  await openSpace(phone, 'Lumen House')
  await expect(phone.page.getByText('Briar', { exact: true })).toBeVisible({ timeout: 60_000 })
  await relay.off()
})

test('two scans pair two devices with the relay switched off', async ({ device }) => {
  const relay = await ownRelay()
  const [laptop, phone] = [await device('Laptop', { url: relay.url }), await device('Phone', { url: relay.url, phone: true })]
  await startFresh(laptop)
  await startFresh(phone)
  await makeSpace(laptop, 'Lumen House')
  await makeTable(laptop, 'Members')
  await addRecord(laptop, 'Ash')
  await relay.off()

  await laptop.goto('#/devices/pair')
  await laptop.page.getByRole('button', { name: /Two scans/i }).click()
  await expect(laptop.page.getByRole('heading', { name: 'Two scans, no network' })).toBeVisible()
  await laptop.page.getByRole('button', { name: 'Copy code' }).click()
  await phone.goto(`#${await laptop.page.evaluate(() => navigator.clipboard.readText())}`)
  await expect(phone.page.getByRole('heading', { name: 'Now let the first device scan this' })).toBeVisible({ timeout: 20_000 })
  const answer = await shownCode(phone)
  await expect(laptop.page.getByText('Connected', { exact: true })).toHaveCount(0)
  await laptop.page.getByRole('button', { name: 'Scan its answer' }).click()
  await laptop.page.getByRole('textbox').last().fill(answer)
  await laptop.page.getByRole('button', { name: 'Continue' }).click()
  await compareWords(laptop, phone)
  await openSpace(phone, 'Lumen House')
  await expect(phone.page.getByText('Ash', { exact: true })).toBeVisible({ timeout: 20_000 })
})

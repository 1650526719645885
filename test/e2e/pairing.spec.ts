import { addRecord, expect, makeSpace, makeTable, openSpace, pairWithRecord, test, unlock } from './support.ts'

test('two devices pair by one code, hold the same spaces, and follow each other, apart as well', async ({ device }) => {
  const [laptop, phone] = [await device('Laptop'), await device('Pixel 7', { phone: true })]
  await pairWithRecord(laptop, phone)
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

  // Apart: each goes on alone, and both have it all once they meet.
  await phone.context.setOffline(true)
  await addRecord(laptop, 'Calla')
  await phone.restart()
  await phone.goto()
  await unlock(phone)
  await openSpace(phone, 'Lumen House')
  await expect(phone.page.getByText('Calla', { exact: true })).toBeVisible({ timeout: 30_000 })

  await makeSpace(laptop, 'Workshop')
  await makeTable(laptop, 'Machines')
  await addRecord(laptop, 'Lathe')
  await openSpace(phone, 'Workshop')
  await expect(phone.page.getByText('Lathe', { exact: true })).toBeVisible({ timeout: 20_000 })
})

import { expect, openSpace, pairWithRecord, type TestDevice, test, unlock } from './support.ts'

const MARK = /^Name was changed on several devices/

/** Changes the name of the open record. */
const renameOnPhone = async ({ page }: TestDevice, from: string, to: string): Promise<void> => {
  await page.getByRole('button', { name: `Edit Name: ${from}` }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill(to)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: `Edit Name: ${to}` })).toBeVisible()
}

const start = async (device: TestDevice): Promise<void> => {
  await device.restart()
  await device.goto()
  await unlock(device)
  await openSpace(device, 'Lumen House')
}

test('a cell with concurrent edits is marked on both devices until a value is chosen', async ({ device }) => {
  const [laptop, phone] = [await device('Laptop'), await device('Pixel 7', { phone: true })]
  await pairWithRecord(laptop, phone)
  await openSpace(phone, 'Lumen House')
  await expect(phone.page.getByText('Ash', { exact: true })).toBeVisible()

  // One device runs while the other one is closed.
  await phone.context.close()
  await openSpace(laptop, 'Lumen House')
  const cell = (name: string) => laptop.page.getByRole('gridcell', { name })
  await cell('Ash').click()
  await laptop.page.keyboard.type('Ash on the laptop')
  await laptop.page.keyboard.press('Enter')
  await expect(cell('Ash on the laptop')).toBeVisible()
  // A restart shows that the edit is stored.
  await start(laptop)
  await expect(cell('Ash on the laptop')).toBeVisible()
  await laptop.context.close()
  await start(phone)
  await phone.page.getByText('Ash', { exact: true }).click()
  await renameOnPhone(phone, 'Ash', 'Ash on the phone')
  await start(laptop)

  // Both devices show the same value and the mark; the dialog lists both values with their devices.
  for (const { page } of [laptop, phone]) await expect(page.getByRole('button', { name: MARK }).first()).toBeVisible()
  await laptop.page.getByRole('button', { name: MARK }).first().click()
  const list = laptop.page.locator('tessera-conflict-dialog')
  await expect(list.getByRole('listitem')).toHaveCount(2)
  await expect(list.getByRole('listitem').filter({ hasText: 'Ash on the phone' })).toContainText('Pixel 7')
  await expect(list.getByRole('listitem').filter({ hasText: 'Ash on the laptop' })).toContainText('Laptop')
  await list.getByRole('button', { name: 'Keep this value: Ash on the laptop' }).click()
  await expect(cell('Ash on the laptop')).toBeVisible()
  await expect(phone.page.getByRole('button', { name: 'Edit Name: Ash on the laptop' })).toBeVisible()
  for (const { page } of [laptop, phone]) await expect(page.getByRole('button', { name: MARK })).toHaveCount(0)

  // An open editor says that another device changed the value.
  await cell('Ash on the laptop').click()
  await laptop.page.keyboard.type('Ash, being edited')
  await renameOnPhone(phone, 'Ash on the laptop', 'Ash from afar')
  await expect(laptop.page.getByText('Another device set this to “Ash from afar” while you edit.').first()).toBeVisible()
  await laptop.page.getByRole('button', { name: 'Use “Ash from afar”' }).click()
  await laptop.page.keyboard.press('Enter')
  await expect(cell('Ash from afar')).toBeVisible()
  await expect(phone.page.getByRole('button', { name: 'Edit Name: Ash from afar' })).toBeVisible()
})

import { addRecord, expect, makeSpace, makeTable, startFresh, test } from './support.ts'

test('fields of every typed kind are created, filled by keyboard and shown as they are read', async ({ device }) => {
  const laptop = await device('Laptop')
  const { page } = laptop
  await startFresh(laptop)
  await makeSpace(laptop, 'Lumen House')
  await makeTable(laptop, 'Members')
  const add = async (name: string, type: string, more: () => Promise<void> = async () => {}) => {
    await page.getByRole('button', { name: 'Add column' }).click()
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByRole('radio', { name: type, exact: true }).check({ force: true })
    await more()
    await page.getByRole('button', { name: 'Add field' }).click()
    await expect(page.getByRole('columnheader', { name })).toBeVisible()
  }
  await add('Price', 'Number', async () => {
    await page.getByLabel('Format').selectOption('Currency')
    await page.getByLabel('Currency').selectOption('EUR')
  })
  await add('Took', 'Duration')
  await add('When', 'Date and time')
  await add('Stars', 'Rating')
  await add('Tags', 'Several choices', async () => {
    await page.getByLabel('Choice 1', { exact: true }).fill('Red')
    await page.getByLabel('Choice 2', { exact: true }).fill('Blue')
  })
  await add('Shade', 'Colour')
  await add('Site', 'Web address')
  await add('Double', 'Formula', async () => {
    await page.getByRole('textbox', { name: 'Formula' }).fill('{Price} * 2')
  })
  await addRecord(laptop, 'Ash')
  await page.getByRole('gridcell', { name: 'Ash', exact: true }).click()
  for (const text of ['1234.5', '1:30', '2026-11-21 14:00']) {
    await page.keyboard.press('ArrowRight')
    await page.keyboard.type(text)
    await page.keyboard.press('Enter')
    await page.keyboard.press('ArrowUp')
  }
  await page.keyboard.press('ArrowRight')
  await page.keyboard.type('4')
  await page.keyboard.press('Enter')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.type('blu')
  await page.keyboard.press('Enter')
  await page.keyboard.type('Green')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.type('#2f7ee6')
  await page.keyboard.press('Tab')
  await page.keyboard.type('example.org')
  await page.keyboard.press('Enter')
  for (const shown of ['€1,234.50', '1 hr 30 min', '4 of 5', 'Blue Green', '#2f7ee6', 'https://example.org', '2,469'])
    await expect(page.getByRole('gridcell', { name: shown, exact: true })).toBeVisible()
})

import { addRecord, expect, makeSpace, makeTable, startFresh, test, unlock, watchTexts } from './support.ts'

test('loading, in the trash, missing and empty are distinct, and none is shown before it is known', async ({ device }) => {
  const laptop = await device('Laptop')
  const { page } = laptop
  await startFresh(laptop)
  await makeSpace(laptop, 'Lumen House')
  await makeTable(laptop, 'Books')
  await makeTable(laptop, 'Members')
  await addRecord(laptop, 'Ash')
  await page.getByRole('gridcell', { name: 'Ash', exact: true }).click()
  await page.getByRole('button', { name: 'Open record 1' }).click()
  await expect(page.getByRole('region', { name: 'Record' })).toBeVisible()
  const record = new URL(page.url()).hash
  const table = record.slice(0, record.lastIndexOf('/'))
  const space = table.slice(0, table.lastIndexOf('/'))

  // An open record, reloaded.
  const untrue = await watchTexts(page, [
    'in the trash',
    'not on this device',
    'No tables yet',
    'The trash is empty',
    'Nothing here yet',
  ])
  await page.reload()
  await unlock(laptop)
  await expect(page.getByRole('heading', { name: 'Ash' })).toBeVisible()
  expect(await untrue()).toEqual([])

  // In the trash: shown with its name, restored with one press.
  await page.getByRole('button', { name: 'More for this record' }).click()
  await page.getByRole('menuitem', { name: 'Move to trash' }).click()
  await laptop.goto(record)
  await expect(page.getByRole('heading', { name: '“Ash” is in the trash' })).toBeVisible()
  await page.getByRole('button', { name: 'Restore' }).click()
  await expect(page.getByRole('heading', { name: 'Ash', exact: true })).toBeVisible()

  await page.getByRole('button', { name: 'More for this table' }).click()
  await page.getByRole('menuitem', { name: 'Move table to trash' }).click()
  await expect(page.getByRole('grid', { name: 'Books' })).toBeVisible()
  await laptop.goto(table)
  await expect(page.getByRole('heading', { name: '“Members” is in the trash' })).toBeVisible()
  await page.getByRole('button', { name: 'Restore' }).click()
  await expect(page.getByRole('gridcell', { name: 'Ash', exact: true })).toBeVisible()

  // Not on this device.
  const unknown = 'a'.repeat(26)
  await laptop.goto(`${table}/${unknown}`)
  await expect(page.getByRole('heading', { name: 'This record is not on this device' })).toBeVisible()
  await laptop.goto(`${space}/${unknown}`)
  await expect(page.getByRole('heading', { name: 'This table is not on this device' })).toBeVisible()
  await laptop.goto(`#/space/${unknown}`)
  await expect(page.getByRole('heading', { name: 'This space is not on this device' })).toBeVisible()

  // Empty, and a whole space in the trash.
  await laptop.goto(`${space}/trash`)
  await expect(page.getByText('The trash is empty.')).toBeVisible()
  await laptop.goto('#/')
  await page.getByRole('button', { name: 'More for Lumen House' }).click()
  await page.getByRole('menuitem', { name: 'Move to trash' }).click()
  await laptop.goto(space)
  await expect(page.getByRole('heading', { name: '“Lumen House” is in the trash' })).toBeVisible()
  await page.getByRole('button', { name: 'Restore' }).click()
  await expect(page.getByRole('link', { name: /^Books/ })).toBeVisible()
})

test('Back returns to the previous page, and undo says what it did', async ({ device }) => {
  const phone = await device('Phone', { phone: true })
  const { page } = phone
  await phone.goto()
  await page.getByRole('button', { name: 'Pair with my other device' }).click()
  await expect(page.getByRole('heading', { name: 'First, lock this device' })).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('button', { name: 'Start fresh' })).toBeVisible()

  await startFresh(phone)
  await makeSpace(phone, 'Lumen House')
  const addTable = async (name: string) => {
    await page
      .getByRole('button', { name: 'Lumen House' })
      .or(page.getByRole('button', { name: 'Create a table' }))
      .first()
      .click()
    await page
      .getByRole('button', { name: 'Add table' })
      .or(page.getByLabel('Name', { exact: true }))
      .first()
      .click()
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible()
  }
  for (const name of ['Books', 'Members', 'Machines']) await addTable(name)

  await page.getByRole('button', { name: 'Add record' }).click()
  await page.keyboard.type('Lathe')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Back', exact: true }).click()
  await expect(page.getByRole('link', { name: 'Lathe' })).toBeVisible()

  await page.keyboard.press('Control+z')
  await expect(page.getByText('Undone: add a record.').first()).toBeVisible()
  await page.getByRole('button', { name: 'Redo' }).click()
  await expect(page.getByText('Redone: add a record.').first()).toBeVisible()
  await expect(page.getByRole('link', { name: 'Lathe' })).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect(page.getByRole('link', { name: 'Lathe' })).toHaveCount(0)
  await phone.goto(`${new URL(page.url()).hash.split('/').slice(0, 3).join('/')}/trash`)
  await expect(page.getByRole('button', { name: 'Restore Lathe' })).toBeVisible()

  await page.reload()
  await unlock(phone)
  await expect(page.getByRole('button', { name: 'Restore Lathe' })).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect(page.getByText(/nothing to undo. Undo covers what you did since/).first()).toBeVisible()
})

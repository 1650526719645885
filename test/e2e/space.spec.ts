import { addRecord, expect, makeSpace, makeTable, openSpace, startFresh, test, unlock } from './support.ts'

test('a new table with records survives a reload', async ({ device }) => {
  const laptop = await device('Laptop')
  const { page } = laptop
  await startFresh(laptop)
  await makeSpace(laptop, 'Lumen House')
  await makeTable(laptop, 'Members')
  await addRecord(laptop, 'Ash')
  await addRecord(laptop, 'Briar')

  await page.reload()
  await page.getByLabel('Passphrase', { exact: true }).fill('not this one')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/does not open|wrong|not the passphrase/i).first()).toBeVisible()
  await unlock(laptop)
  await openSpace(laptop, 'Lumen House')
  await expect(page.getByRole('gridcell', { name: 'Ash', exact: true })).toBeVisible()
  await expect(page.getByRole('gridcell', { name: 'Briar', exact: true })).toBeVisible()
})

test('the grid edits cells, undoes edits and cancels drafts', async ({ device }) => {
  const laptop = await device('Laptop')
  const { page } = laptop
  await startFresh(laptop)
  await makeSpace(laptop, 'Lumen House')
  await makeTable(laptop, 'Members')
  await addRecord(laptop, 'Ash')
  await addRecord(laptop, 'Briar')

  const briar = page.getByRole('gridcell', { name: 'Briar', exact: true })
  await briar.click()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.type('Aspen')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('gridcell', { name: 'Aspen', exact: true })).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect(page.getByRole('gridcell', { name: 'Ash', exact: true })).toBeVisible()
  await page.keyboard.press('Control+Shift+z')
  await expect(page.getByRole('gridcell', { name: 'Aspen', exact: true })).toBeVisible()

  // Undoing the newest record leaves the cursor at a row that exists, and nothing without a name in the trash.
  await addRecord(laptop, 'Cedar')
  await page.keyboard.press('Escape')
  await page.getByRole('gridcell', { name: 'Cedar', exact: true }).click()
  await page.keyboard.press('Control+z')
  await expect(page.getByText('Undone: add a record.').first()).toBeVisible()
  await expect(page.getByRole('gridcell', { name: 'Cedar', exact: true })).toHaveCount(0)
  await expect(page.locator('.keys')).toHaveAttribute('aria-activedescendant', /^(cell-[01]-0|add)$/)
  await page.getByRole('link', { name: 'Trash' }).click()
  await expect(page.getByRole('button', { name: 'Restore Cedar' })).toBeVisible()
  await expect(page.getByText('Unnamed')).toHaveCount(0)
  await page.getByRole('link', { name: /^Members/ }).click()

  await briar.click()
  await page.keyboard.press('F2')
  await page.keyboard.type(' Rose')
  await page.keyboard.press('Escape')
  await expect(briar).toBeVisible()
  await page.keyboard.press('Control+c')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('Briar')
})

test('number, checkbox and date fields are created, filled, deleted and restored', async ({ device }) => {
  const laptop = await device('Laptop')
  const { page } = laptop
  await startFresh(laptop)
  await makeSpace(laptop, 'Lumen House')
  await makeTable(laptop, 'Members')
  for (const [name, type] of [
    ['Age', 'Number'],
    ['Here', 'Checkbox'],
    ['Born', 'Date'],
  ] as const) {
    await page.getByRole('button', { name: 'Add column' }).click()
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByRole('radio', { name: type, exact: true }).check({ force: true })
    await page.getByRole('button', { name: 'Add field' }).click()
    await expect(page.getByRole('columnheader', { name })).toBeVisible()
  }
  await addRecord(laptop, 'Ash')
  await page.getByRole('gridcell', { name: 'Ash', exact: true }).click()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.type('24')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('gridcell', { name: '24', exact: true })).toBeVisible()

  await page.getByRole('button', { name: 'Column Age' }).click()
  await page.getByRole('menuitem', { name: 'Move to trash' }).click()
  await expect(page.getByRole('columnheader', { name: 'Age' })).toHaveCount(0)
  await page.getByRole('link', { name: 'Trash' }).click()
  await page
    .getByRole('button', { name: /Restore/ })
    .first()
    .click()
  await page.getByRole('link', { name: /^Members/ }).click()
  await expect(page.getByRole('gridcell', { name: '24', exact: true })).toBeVisible()
})

test('choice and link fields are created and filled in the grid', async ({ device }) => {
  const laptop = await device('Laptop')
  const { page } = laptop
  await startFresh(laptop)
  await makeSpace(laptop, 'Lumen House')
  await makeTable(laptop, 'Members')
  await addRecord(laptop, 'Ash')
  await addRecord(laptop, 'Briar')

  await page.getByRole('button', { name: 'Add column' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Crew')
  await page.getByRole('radio', { name: 'Choice', exact: true }).check({ force: true })
  await page.getByLabel('Choice 1', { exact: true }).fill('Day')
  await page.getByRole('button', { name: 'Add field' }).click()
  await page.getByRole('gridcell', { name: 'Ash', exact: true }).click()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.getByRole('option', { name: 'Day' }).click()
  await expect(page.getByRole('gridcell', { name: 'Day', exact: true })).toBeVisible()
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Add column' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Friends')
  await page.getByRole('radio', { name: 'Link', exact: true }).check({ force: true })
  await page.getByRole('button', { name: 'Add field' }).click()
  await page.getByRole('gridcell', { name: 'Ash', exact: true }).click()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.getByRole('option', { name: 'Briar' }).click()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('gridcell', { name: 'Briar' })).toHaveCount(2)
})

test('on a phone the first change creates a record, and it is listed', async ({ device }) => {
  const phone = await device('Phone', { phone: true })
  const { page } = phone
  await startFresh(phone)
  await makeSpace(phone, 'Lumen House')
  await page.getByRole('button', { name: 'Create a table' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Members')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Add record' }).click()
  await page.keyboard.type('Ash')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Back', exact: true }).click()
  await expect(page.getByRole('link', { name: 'Ash' })).toBeVisible()
  await page.getByRole('button', { name: 'Add record' }).click()
  await page.getByRole('button', { name: 'Back', exact: true }).click()
  await expect(page.getByRole('listitem')).toHaveCount(1)
})

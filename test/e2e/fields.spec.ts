import { addRecord, expect, makeSpace, makeTable, startFresh, test } from './support.ts'

test('the field dialog creates choices from values, deletes them, and keeps a link target that is in the trash', async ({
  device,
}) => {
  const laptop = await device('Laptop')
  const { page } = laptop
  await startFresh(laptop)
  await makeSpace(laptop, 'Lumen House')
  await makeTable(laptop, 'Books')
  await makeTable(laptop, 'Members')
  const choiceNames = () => page.getByRole('textbox', { name: /^Choice \d+$/ })
  const valuesOf = async () => {
    const inputs = await choiceNames().all()
    return Promise.all(inputs.map((input) => input.inputValue()))
  }
  const openType = async (column: string) => {
    await page.getByRole('button', { name: `Column ${column}` }).click()
    await page.getByRole('menuitem', { name: 'Type and choices…' }).click()
  }

  await page.getByRole('button', { name: 'Add column' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Crew')
  await page.getByRole('button', { name: 'Add field' }).click()
  for (const [name, crew] of [
    ['Ash', 'Day'],
    ['Briar', 'Night'],
    ['Cedar', 'day'],
  ] as const) {
    await addRecord(laptop, name)
    await page.getByRole('gridcell', { name, exact: true }).click()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.type(crew)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('gridcell', { name: crew, exact: true }).first()).toBeVisible()
  }

  // From text to choice: the values become choices.
  await openType('Crew')
  await page.getByRole('radio', { name: 'Number', exact: true }).check({ force: true })
  await expect(page.getByText(/Values that do not fit: 3 of 3/)).toBeVisible()
  await page.getByRole('radio', { name: 'Choice', exact: true }).check({ force: true })
  await expect.poll(async () => (await valuesOf()).map((name) => name.toLowerCase()).sort()).toEqual(['day', 'night'])

  // A duplicate name is reported at the second choice, and a choice can be deleted.
  await page.getByRole('button', { name: 'Add choice' }).click()
  await page.keyboard.type('NIGHT')
  await page.getByRole('button', { name: 'Change field' }).click()
  await expect(page.getByText('Two choices are called “NIGHT”.')).toBeVisible()
  await expect(choiceNames().nth(2)).toBeFocused()
  await page.getByRole('button', { name: 'Delete NIGHT', exact: true }).click()
  await page.getByRole('button', { name: 'Change field' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.locator('.chip').filter({ hasText: /^day$/i })).toHaveCount(2)
  await openType('Crew')
  await page.getByRole('button', { name: 'Delete Night', exact: true }).click()
  await page.getByRole('button', { name: 'Change field' }).click()
  // Cells with a deleted choice keep its name as text, marked.
  await expect(page.locator('.chip').filter({ hasText: /^Night$/ })).toHaveCount(0)
  await expect(page.locator('.unfit').filter({ hasText: 'Night' })).toBeVisible()
  await expect(page.locator('.chip').filter({ hasText: /^day$/i })).toHaveCount(2)

  // A link keeps its target while that is in the trash, and does not offer its records.
  await page.getByRole('button', { name: 'Add column' }).click()
  await page.getByLabel('Name', { exact: true }).fill('crew')
  await expect(page.getByText(/already has a field called “crew”/)).toBeVisible()
  await page.getByLabel('Name', { exact: true }).fill('Reads')
  await page.getByRole('radio', { name: 'Link', exact: true }).check({ force: true })
  await expect(page.getByText('Each Members record can link to')).toBeVisible()
  await page.getByLabel('Table', { exact: true }).selectOption({ label: 'Books' })
  await page.getByRole('button', { name: 'Add field' }).click()
  await page.getByRole('link', { name: /^Books/ }).click()
  await addRecord(laptop, 'Ulysses')
  await page.getByRole('button', { name: 'More for this table' }).click()
  await page.getByRole('menuitem', { name: 'Move table to trash' }).click()
  await page.getByRole('link', { name: /^Members/ }).click()
  await openType('Reads')
  await expect(page.getByLabel('Table', { exact: true }).locator('option:checked')).toHaveText('Books (in the trash)')
  await page.getByLabel('Name', { exact: true }).fill('Has read')
  await page.getByRole('button', { name: 'Change field' }).click()
  await expect(page.getByRole('columnheader', { name: 'Has read' })).toBeVisible()
  await page.getByRole('gridcell', { name: 'Ash', exact: true }).click()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(page.getByText('The linked table is in the trash.')).toBeVisible()
  await expect(page.getByRole('option', { name: 'Ulysses' })).toHaveCount(0)
  await page.keyboard.press('Escape')
  await openType('Has read')
  await expect(page.getByLabel('Table', { exact: true }).locator('option:checked')).toHaveText('Books (in the trash)')
})

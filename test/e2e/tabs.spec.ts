import { addRecord, expect, makeSpace, makeTable, openSpace, startFresh, test, unlock } from './support.ts'

test('two tabs show the same, and closing the one with the engine loses nothing', async ({ device }) => {
  const laptop = await device('Laptop')
  const writer = laptop.page
  await startFresh(laptop)
  await makeSpace(laptop, 'Lumen House')
  await makeTable(laptop, 'Members')
  await addRecord(laptop, 'Ash')
  await writer.evaluate(() => navigator.serviceWorker.ready)

  const other = { ...laptop, page: await laptop.context.newPage() }
  await other.page.goto(writer.url())
  await expect(other.page.getByRole('gridcell', { name: 'Ash', exact: true })).toBeVisible()
  await addRecord(other, 'Briar')
  await expect(writer.getByRole('gridcell', { name: 'Briar', exact: true })).toBeVisible()
  await addRecord({ ...laptop, page: writer }, 'Calla')
  await expect(other.page.getByRole('gridcell', { name: 'Calla', exact: true })).toBeVisible()

  // The tab with the engine closes while the other one saves an edit and another is typed.
  await other.page.getByRole('gridcell', { name: 'Add record' }).click()
  await other.page.keyboard.type('Dov')
  await other.page.keyboard.press('Enter')
  await writer.close()
  await other.page.getByRole('gridcell', { name: 'Briar', exact: true }).click()
  await other.page.keyboard.type('Bramble')
  // A reloaded page asks the new engine for everything: once it has its answers, the other tab has them too.
  const third = await laptop.context.newPage()
  await third.goto(other.page.url())
  await expect(third.getByRole('gridcell', { name: 'Dov', exact: true })).toBeVisible()
  await expect(other.page.getByLabel('Passphrase', { exact: true })).toHaveCount(0)
  await expect(other.page.getByRole('textbox', { name: 'Name' })).toHaveValue('Bramble')
  await other.page.bringToFront()
  await other.page.keyboard.press('Enter')
  for (const name of ['Ash', 'Bramble', 'Calla', 'Dov'])
    await expect(third.getByRole('gridcell', { name, exact: true })).toHaveCount(1)
  await expect(third.getByRole('grid')).toHaveAttribute('aria-rowcount', '6')

  // Locking in one tab locks all; where a person may be typing, the passphrase field is not focused.
  await third.getByRole('gridcell', { name: 'Dov', exact: true }).click()
  await other.page.goto('/#/settings')
  await other.page.getByRole('button', { name: 'Lock now' }).click()
  const field = third.getByLabel('Passphrase', { exact: true })
  await expect(field).toBeVisible()
  await third.keyboard.type('Dora')
  await third.keyboard.press('Enter')
  await expect(field).toHaveValue('')
  await other.page.close()
  await expect(field).toBeVisible()
  await unlock({ ...laptop, page: third })
  await expect(third.getByRole('gridcell', { name: 'Dov', exact: true })).toBeVisible()
})

test('locking asks for the passphrase in every tab', async ({ device }) => {
  const laptop = await device('Laptop')
  await startFresh(laptop)
  await makeSpace(laptop, 'Lumen House')
  await laptop.goto('#/settings')
  await laptop.page.getByRole('button', { name: /Lock/ }).first().click()
  await expect(laptop.page.getByLabel('Passphrase', { exact: true })).toBeVisible()
  await unlock(laptop)
  await openSpace(laptop, 'Lumen House')
})

import { addRecord, expect, makeSpace, makeTable, openSpace, startFresh, test, unlock } from './support.ts'

test('two tabs show the same, and closing the one that writes loses nothing', async ({ device }) => {
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

  await writer.close()
  // The keys went with the tab that wrote: the one that takes over asks for the passphrase again.
  await unlock(other)
  for (const name of ['Ash', 'Briar', 'Calla'])
    await expect(other.page.getByRole('gridcell', { name, exact: true })).toBeVisible()
  await addRecord(other, 'Dov')
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

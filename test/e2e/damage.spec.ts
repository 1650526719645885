import type { Page } from '@playwright/test'
import { expect, makeSpace, makeTable, openSpace, startFresh, test, unlock } from './support.ts'

/** Changes one byte of every stored value in areas that are not among `others`; resolves to all areas. */
const changeStored = (page: Page, others: readonly string[] | undefined): Promise<string[]> =>
  page.evaluate(async (others) => {
    const opened = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const database = await opened(indexedDB.open('tessera'))
    const store = database.transaction('sealed', 'readwrite').objectStore('sealed')
    const keys = (await opened(store.getAllKeys())) as ArrayBuffer[][]
    const areaOf = ([area]: ArrayBuffer[]) => String(new Uint8Array(area ?? new ArrayBuffer()))
    for (const key of keys) {
      if (!others || others.includes(areaOf(key))) continue
      const bytes = (await opened(store.get(key))) as Uint8Array
      bytes[40] = (bytes[40] ?? 0) ^ 1
      await opened(store.put(bytes, key))
    }
    database.close()
    return [...new Set(keys.map(areaOf))]
  }, others)

test('a space that was changed on disk is reported with what to do, and the others open', async ({ device }) => {
  const laptop = await device('Laptop')
  const { page } = laptop
  await startFresh(laptop)
  await makeSpace(laptop, 'Workshop')
  await makeTable(laptop, 'Machines')
  const others = await changeStored(page, undefined)
  await makeSpace(laptop, 'Lumen House')
  await makeTable(laptop, 'Members')
  await changeStored(page, others)

  await page.reload()
  await unlock(laptop)
  await openSpace(laptop, 'Workshop')
  await expect(page.getByRole('grid', { name: 'Machines' })).toBeVisible()
  // The damaged space is not opened: the check of all stored data finds it.
  await expect(page.getByText(/“Lumen House” is damaged on this device/).first()).toBeVisible({ timeout: 30_000 })
  await page.getByRole('button', { name: 'What to do' }).click()
  await expect(page.getByText('Your other spaces work as before. Continue with this one', { exact: false })).toBeVisible()
  await laptop.goto('#/')
  await expect(page.getByText('Damaged on this device', { exact: true })).toHaveCount(1)
  await openSpace(laptop, 'Lumen House')
  await expect(page.getByRole('heading', { name: 'This space is damaged on this device' })).toBeVisible()
})

import type { Page } from '@playwright/test'
import { failWrites, hookPorts, storedLines } from './port-hooks.ts'
import {
  addRecord,
  expect,
  isOnTop,
  makeSpace,
  makeTable,
  openSpace,
  startFresh,
  type TestDevice,
  test,
  unlock,
} from './support.ts'

const addField = async (page: Page, name: string, type: string): Promise<void> => {
  await page.getByRole('button', { name: 'Add column' }).click()
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByRole('radio', { name: type, exact: true }).check({ force: true })
  await page.getByRole('button', { name: 'Add field' }).click()
  await expect(page.getByRole('columnheader', { name })).toBeVisible()
}

const aTable = async (laptop: TestDevice): Promise<void> => {
  await startFresh(laptop)
  await makeSpace(laptop, 'Lumen House')
  await makeTable(laptop, 'Members')
  await addField(laptop.page, 'Sum', 'Number')
  await addField(laptop.page, 'Here', 'Checkbox')
  await addRecord(laptop, 'Ash')
}

test('the editor shows how numbers are read, and texts that do not fit stay marked', async ({ device }) => {
  const laptop = await device('Laptop')
  const { page } = laptop
  await aTable(laptop)
  const cell = (name: string) => page.getByRole('gridcell', { name, exact: true })

  await cell('Ash').click()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.type('1,5')
  await expect(page.getByText('Reads as 1.5')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(cell('1.5')).toBeVisible()

  await cell('1.5').click()
  await page.keyboard.type('1,234')
  await expect(page.getByRole('option', { name: '1,234' })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('option', { name: '1.234' })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(cell('1.234')).toBeVisible()

  await cell('1.234').click()
  await page.keyboard.type('9007199254740993')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert').filter({ hasText: '9007199254740992' })).toBeVisible()
  await page.keyboard.press('Escape')

  await page.keyboard.type('twelve')
  await expect(page.getByText('It will stay here as text')).toBeVisible()
  expect(await isOnTop(page.getByText('It will stay here as text'))).toBe(true)
  await cell('Ash').click()
  await expect(page.getByText('It stays in Sum as text, marked.').first()).toBeVisible()
  await expect(cell('twelve').locator('.unfit')).toBeVisible()

  const here = page.locator('[data-column="2"][role=gridcell]').first()
  await here.click()
  await page.keyboard.press('Space')
  await expect(here).toContainText('Yes')
  await page.evaluate(() => navigator.clipboard.writeText('banana'))
  await page.keyboard.press('Control+v')
  await expect(cell('banana').locator('.unfit')).toBeVisible()

  // Nothing below the editor paints over it.
  await cell('Ash').click()
  await page.keyboard.insertText('A text of many lines. '.repeat(12))
  const editor = page.getByRole('textbox', { name: 'Name' })
  const { height = 0 } = (await editor.boundingBox()) ?? {}
  expect(height).toBeGreaterThan(100)
  expect(await isOnTop(editor)).toBe(true)
  await page.keyboard.press('Escape')
})

test('changes that could not be stored stay in their cells, and are all stored on the next attempt', async ({ device }) => {
  const laptop = await device('Laptop')
  const { page } = laptop
  await hookPorts(laptop)
  await aTable(laptop)
  await addRecord(laptop, 'Briar')
  await page.keyboard.press('Escape')
  await failWrites(page, true)
  for (const name of ['Ash', 'Briar']) {
    await page.getByRole('gridcell', { name, exact: true }).click()
    await page.keyboard.type(`${name} changed`)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('gridcell', { name: `${name} changed`, exact: true })).toHaveAttribute('title', /^Not stored/)
  }
  await failWrites(page, false)
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.locator('.cell.failed')).toHaveCount(0)
  const storedNames = async () => (await storedLines(page, 'Members')).map((line) => line.split(',')[0])
  await expect.poll(storedNames).toEqual(['Ash changed', 'Briar changed'])
})

test('the record panel saves on Enter, and a reload asks before a draft is lost', async ({ device }) => {
  const laptop = await device('Laptop')
  const { page } = laptop
  await aTable(laptop)
  await page.getByRole('gridcell', { name: 'Ash', exact: true }).click()
  await page.getByRole('button', { name: 'Open record 1' }).click()
  await page.getByRole('button', { name: /^Edit Sum/ }).click()
  await page.keyboard.type('12')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('gridcell', { name: '12', exact: true })).toBeVisible()

  await page.getByRole('button', { name: /^Edit Sum/ }).click()
  await page.keyboard.type('34')
  const asked = page.waitForEvent('dialog')
  const reloaded = page.reload()
  const dialog = await asked
  expect(dialog.type()).toBe('beforeunload')
  await dialog.accept()
  await reloaded
  await unlock(laptop)
  await openSpace(laptop, 'Lumen House')
  await expect(page.getByRole('gridcell', { name: '34', exact: true })).toBeVisible()
})

import { fixture } from '../support/fixtures.ts'
import { expect, makeSpace, startFresh, type TestDevice, test } from './support.ts'

const choose = async ({ page }: TestDevice, name: string, content: Buffer) => {
  await page.getByRole('link', { name: 'Import a file' }).first().click()
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: content })
}

const bytesOf = async (name: Parameters<typeof fixture>[0]) => Buffer.from(await (await fixture(name)).arrayBuffer())

test('imports 34,924 rows and undoes them in one step', async ({ device }) => {
  const laptop = await device('Laptop')
  const { page } = laptop
  await startFresh(laptop)
  await makeSpace(laptop, 'Characters')
  await choose(laptop, 'UnicodeData.txt', await bytesOf('UnicodeData.txt'))
  await expect(page.getByLabel('First row is the header')).not.toBeChecked()
  await page.getByRole('button', { name: /^Import/ }).click()
  await expect(page.getByText('<control>').first()).toBeVisible({ timeout: 60_000 })
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', /^3492\d$/)

  await page.keyboard.press('Control+z')
  await expect(page.getByRole('heading', { name: 'No tables yet' })).toBeVisible()
})

test('detects the header, and names and types can be changed before the import', async ({ device }) => {
  const laptop = await device('Laptop')
  const { page } = laptop
  await startFresh(laptop)
  await makeSpace(laptop, 'Atlas')

  // Titles and contents are aligned on all pages.
  const leftOf = async (selector: string) => (await page.locator(selector).boundingBox())?.x
  const importPage = `${new URL(page.url()).hash}/import`
  await laptop.goto(importPage)
  const left = await leftOf('tessera-import h1')
  expect(await leftOf('tessera-import .drop')).toBe(left)
  await laptop.goto('#/')
  expect(await leftOf('tessera-spaces h1')).toBe(left)
  expect(await leftOf('tessera-spaces .card')).toBe(left)
  await laptop.goto(importPage)
  await choose(laptop, 'countries.csv', await bytesOf('iso-3166-1.csv'))
  await expect(page.getByLabel('First row is the header')).toBeChecked()
  await page.getByLabel('Table name').fill('Countries')
  await page.getByRole('button', { name: /^Import/ }).click()
  await expect(page.getByRole('grid', { name: 'Countries' })).toBeVisible({ timeout: 30_000 })
  const messages = page.getByRole('region', { name: 'Messages' })
  await expect(messages).toContainText('249 records imported into “Countries”.')
  await expect(page.getByText('Afghanistan').first()).toBeVisible()

  // A message about a page closes when the page is left.
  await page.getByRole('button', { name: 'More for this table' }).click()
  await page.getByRole('menuitem', { name: 'Move table to trash' }).click()
  await expect(messages).toContainText('“Countries” moved to the trash.')
  await page.getByRole('link', { name: 'All spaces' }).click()
  await expect(messages).not.toContainText('moved to the trash')
})

test('continues on other pages with its progress, and ends with a message that can undo it', async ({ device }) => {
  const laptop = await device('Laptop')
  const { page } = laptop
  await startFresh(laptop)
  await makeSpace(laptop, 'Characters')
  await choose(laptop, 'UnicodeData.txt', await bytesOf('UnicodeData.txt'))
  await page.getByRole('button', { name: /^Import/ }).click()
  for (const place of ['All spaces', 'Devices', 'Settings']) {
    await page.getByRole('link', { name: place }).click()
    await expect(page.getByRole('progressbar', { name: 'Import of UnicodeData.txt' })).toBeInViewport()
  }
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeVisible()
  const messages = page.getByRole('region', { name: 'Messages' })
  await expect(messages).toContainText('34,924 records imported into “UnicodeData”.', { timeout: 60_000 })
  await page.getByRole('link', { name: 'Spaces' }).click()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('link', { name: 'Characters' }).first().click()
  await expect(page.getByRole('heading', { name: 'No tables yet' })).toBeVisible()
})

test('cancelling leaves no table', async ({ device }) => {
  const laptop = await device('Laptop')
  const { page } = laptop
  await startFresh(laptop)
  await makeSpace(laptop, 'Characters')
  await choose(laptop, 'UnicodeData.txt', await bytesOf('UnicodeData.txt'))
  await page.getByRole('button', { name: /^Import/ }).click()
  await expect(page.getByRole('progressbar')).toBeVisible()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await laptop.goto('#/')
  await page.getByRole('link', { name: 'Characters' }).first().click()
  await expect(page.getByRole('heading', { name: 'No tables yet' })).toBeVisible()
  await page.getByRole('link', { name: 'Trash' }).click()
  await expect(page.getByRole('button', { name: /Restore/ })).toHaveCount(0)
})

for (const [what, name, content, problem] of [
  ['an empty file', 'empty.csv', Buffer.alloc(0), /empty/i],
  ['a picture', 'picture.csv', Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7) % 256)), /text/i],
] as const) {
  test(`rejects ${what} with the reason, then accepts another file`, async ({ device }) => {
    const laptop = await device('Laptop')
    await startFresh(laptop)
    await makeSpace(laptop, 'Notes')
    await choose(laptop, name, content)
    await expect(laptop.page.getByText(problem).first()).toBeVisible()
    await laptop.page
      .locator('input[type=file]')
      .setInputFiles({ name: 'good.csv', mimeType: 'text/csv', buffer: Buffer.from('name,age\nAsh,24\n') })
    await expect(laptop.page.getByLabel('Table name')).toBeVisible()
  })
}

test('the preview of a file above the limit says so and offers to import its first rows', async ({ device }) => {
  const laptop = await device('Laptop')
  await startFresh(laptop)
  await makeSpace(laptop, 'Notes')
  await choose(laptop, 'long.csv', Buffer.from('abcdefgh,12345678\n'.repeat(400_000)))
  await expect(laptop.page.getByText(/300,000/).first()).toBeVisible()
})

import type { CDPSession } from '@playwright/test'
import { delayIndex, hookPorts, storedLines } from './port-hooks.ts'
import { expect, isOnTop, makeSpace, makeTable, startFresh, type TestDevice, test, unlock } from './support.ts'

/** `r0`, `r1`, … */
const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `r${at}`)

/** The stored cells of all records in row order, read from the engine after a reload. */
const stored = async (device: TestDevice, table: string): Promise<string[]> => {
  const { page } = device
  const saved = page
    .getByText(/^Saved/)
    .filter({ visible: true })
    .first()
  await expect(saved).toBeVisible()
  await page.reload()
  await unlock(device)
  await expect(page.getByRole('heading', { name: table, level: 1 })).toBeVisible()
  return storedLines(page, table)
}

const slow = async (keys: CDPSession, rate: number): Promise<void> => {
  await keys.send('Emulation.setCPUThrottlingRate', { rate })
}

const prepared = async (device: TestDevice): Promise<void> => {
  await hookPorts(device)
  await startFresh(device)
  await makeSpace(device, 'Lists')
}

/** Types texts, each followed by Enter, without waiting for the page between keys. */
const typeList = async (keys: CDPSession, list: readonly string[]): Promise<void> => {
  const sent: Promise<unknown>[] = []
  const press = (key: object) => {
    for (const type of ['keyDown', 'keyUp'] as const) sent.push(keys.send('Input.dispatchKeyEvent', { type, ...key }))
  }
  for (const text of list) {
    for (const letter of text) press({ key: letter, text: letter })
    press({ key: 'Enter', code: 'Enter', text: '\r', windowsVirtualKeyCode: 13 })
  }
  await Promise.all(sent)
}

test('lists typed without a pause are stored as typed, even when the index is slow', async ({ device }) => {
  const laptop = await device('Laptop')
  const { page } = laptop
  await prepared(laptop)
  const keys = await laptop.context.newCDPSession(page)

  await makeTable(laptop, 'Typed')
  await page.getByRole('button', { name: 'Add record' }).click()
  await typeList(keys, names(200))
  expect(await stored(laptop, 'Typed')).toEqual(names(200))

  await makeTable(laptop, 'Delayed')
  await delayIndex(page, 2_000)
  await slow(keys, 6)
  await page.getByRole('button', { name: 'Add record' }).click()
  await typeList(keys, names(40))
  await slow(keys, 1)
  expect(await stored(laptop, 'Delayed')).toEqual(names(40))

  await makeTable(laptop, 'Clicked')
  await delayIndex(page, 2_000)
  for (const name of names(20)) {
    await page.getByRole('button', { name: 'Add record' }).click()
    await page.keyboard.type(name)
  }
  await page.keyboard.press('Enter')
  expect(await stored(laptop, 'Clicked')).toEqual(names(20))
})

test('on a phone every added record is stored and listed, even when the index is slow', async ({ device }) => {
  const phone = await device('Phone', { phone: true })
  const { page } = phone
  await prepared(phone)
  await page.getByRole('button', { name: 'Create a table' }).click()
  const title = 'Members and guests'
  await page.getByLabel('Name', { exact: true }).fill(title)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: title })).toBeVisible()
  await delayIndex(page, 2_000)
  for (const name of names(12)) {
    await page.getByRole('button', { name: 'Add record' }).click()
    await page.keyboard.type(name)
    await page.keyboard.press('Enter')
    await expect(page.getByText('Not here')).toHaveCount(0)
    await page.getByRole('button', { name: 'Back', exact: true }).click()
  }
  await expect(page.getByRole('listitem')).toHaveCount(12)
  // The status does not cut the title, and *Add record* does not cover the last row.
  expect(await page.getByRole('heading', { name: title }).evaluate((h1) => h1.scrollWidth - h1.clientWidth)).toBe(0)
  await page.getByRole('listitem').last().scrollIntoViewIfNeeded()
  expect(await isOnTop(page.getByRole('listitem').last())).toBe(true)
  expect(await stored(phone, title)).toEqual(names(12))
})

test('in a sorted table the cursor and the editor stay with their record', async ({ device }) => {
  const laptop = await device('Laptop')
  const { page } = laptop
  await prepared(laptop)
  const keys = await laptop.context.newCDPSession(page)
  await makeTable(laptop, 'Fruit')
  // The cursor is in the first cell of a new table.
  await typeList(keys, ['Mango', 'Pear', 'Zucchini'])
  await page.getByRole('button', { name: 'Add column' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Count')
  await page.getByRole('radio', { name: 'Number', exact: true }).check({ force: true })
  await page.getByRole('button', { name: 'Add field' }).click()
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('button', { name: 'Name', exact: true }).click()

  await page.getByRole('button', { name: 'Add record' }).click()
  await page.keyboard.type('Apple')
  await page.keyboard.press('Tab')
  // The index has the record by now, and sorts it first.
  await expect(page.getByRole('gridcell', { name: 'Apple' })).toHaveCount(1)
  await expect(page.getByRole('link', { name: /^Fruit/ })).toContainText('4')
  await page.keyboard.type('99')
  await page.keyboard.press('Enter')
  await expect(page.locator('#cell-0-0')).toHaveText('Apple')

  // An edited row stays where it is until the cursor leaves it.
  await page.getByRole('gridcell', { name: 'Mango' }).click()
  await page.keyboard.type('Walnut')
  await page.keyboard.press('Tab')
  await expect(page.locator('#cell-1-0')).toHaveText('Walnut')
  await page.keyboard.type('7')
  await page.keyboard.press('Enter')
  await expect(page.locator('#cell-2-0')).toHaveText('Walnut')
  expect(await stored(laptop, 'Fruit')).toEqual(['Walnut,7', 'Pear,', 'Zucchini,', 'Apple,99'])
})

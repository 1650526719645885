import { type Fox, findFirefox, openFirefox } from './firefox.ts'
import { addRecord, expect, openLinkWithCode, openSpace, PASSPHRASE, startFresh, test } from './support.ts'

const firefox = findFirefox()

const startFreshIn = async (fox: Fox): Promise<void> => {
  await fox.goto('')
  await fox.click('button', 'Start fresh')
  await fox.fill('#device', 'Fox')
  await fox.fill('#passphrase', PASSPHRASE)
  await fox.fill('#again', PASSPHRASE)
  await fox.click('button', 'Continue')
  await fox.find('h1', 'Spaces')
}

/** Creates a space with a table and one record through the interface. */
const makeSpaceIn = async (fox: Fox): Promise<void> => {
  await fox.click('button', 'Create your first space')
  await fox.fill('#form input#name', 'Lumen House')
  await fox.page.keyboard.press('Enter')
  await fox.click('button', 'Create a table')
  await fox.fill('#form input#name', 'Members')
  await fox.page.keyboard.press('Enter')
  await addRecordIn(fox, 'Ash')
}

const addRecordIn = async (fox: Fox, text: string): Promise<void> => {
  await fox.click('[role=gridcell]', 'Add record')
  await fox.page.keyboard.type(text)
  await fox.page.keyboard.press('Enter')
  await fox.find('[role=gridcell]', text)
}

test('Firefox creates a profile, pairs with Chromium, and edits sync in both directions', async ({ device, baseURL }) => {
  test.skip(firefox === undefined, 'There is no Firefox on this machine. Install one with: sudo apt-get install firefox-esr')
  if (!firefox || !baseURL) return
  const fox = await openFirefox(firefox, baseURL)
  try {
    await startFreshIn(fox)
    await makeSpaceIn(fox)
    const laptop = await device('Laptop')
    await startFresh(laptop)

    await fox.goto('#/devices/pair')
    const field = await fox.find('textarea#code')
    const shown = () => field.evaluate((area) => (area as HTMLTextAreaElement).value)
    await expect.poll(shown).not.toBe('')
    await openLinkWithCode(laptop, await shown())
    await expect(laptop.page.getByRole('heading', { name: 'Compare four words' })).toBeVisible({ timeout: 30_000 })
    await fox.find('h1, h2', 'Compare four words')
    const seen = await laptop.page.getByRole('listitem').allInnerTexts()
    expect(await fox.texts('ol li')).toEqual(seen.map((each) => each.replace(/\s/g, '')))
    expect(seen).toHaveLength(4)
    await laptop.page.getByRole('button', { name: /^They match/ }).click()
    await fox.click('button', 'They match')

    await laptop.goto('#/')
    await openSpace(laptop, 'Lumen House')
    await expect(laptop.page.getByText('Ash', { exact: true })).toBeVisible({ timeout: 30_000 })
    await fox.goto('#/')
    await fox.click('a', 'Lumen House')
    await addRecord(laptop, 'Briar')
    await fox.find('[role=gridcell]', 'Briar')
    await addRecordIn(fox, 'Calla')
    await expect(laptop.page.getByText('Calla', { exact: true })).toBeVisible({ timeout: 20_000 })
  } finally {
    await fox.close()
  }
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, test as base, chromium, expect, type Locator, type Page } from '@playwright/test'
import { BROWSER_FLAGS, findBrowser } from '../../scripts/browser.mjs'

export { expect } from '@playwright/test'

export const PASSPHRASE = 'correct horse battery staple'

/** A browser profile, which acts as one device. */
export interface TestDevice {
  readonly name: string
  page: Page
  context: BrowserContext
  /** Closes the browser and starts it again with the same profile. */
  restart(): Promise<void>
  goto(hash?: string): Promise<void>
}

const PHONE = { width: 390, height: 844 }
const LAPTOP = { width: 1440, height: 900 }

interface Fixtures {
  /** Creates a device; `phone` has a narrow window, `url` is a server other than the test's own. Uncaught errors on its pages fail the test. */
  device(
    name: string,
    options?: { readonly phone?: boolean; readonly url?: string; readonly args?: readonly string[] },
  ): Promise<TestDevice>
}

export const test = base.extend<Fixtures>({
  device: async ({ baseURL }, use) => {
    const executablePath = await findBrowser()
    const ends: (() => Promise<void>)[] = []
    const problems: string[] = []

    await use(async (name, { phone = false, url = baseURL, args = [] } = {}) => {
      const folder = await mkdtemp(join(tmpdir(), 'tessera-e2e-'))
      const launch = async () => {
        const context = await chromium.launchPersistentContext(folder, {
          ...(executablePath && { executablePath }),
          args: [...BROWSER_FLAGS, ...args],
          viewport: phone ? PHONE : LAPTOP,
          ...(url && { baseURL: url }),
          hasTouch: phone,
          permissions: ['clipboard-read', 'clipboard-write'],
        })
        const page = context.pages()[0] ?? (await context.newPage())
        page.on('pageerror', (error) => problems.push(`${name}: ${error.message}`))
        return { context, page }
      }
      const device: TestDevice = {
        name,
        ...(await launch()),
        async restart() {
          await device.context.close().catch(() => 'it was closed before')
          Object.assign(device, await launch())
        },
        async goto(hash = '') {
          await device.page.goto(`/${hash}`)
        },
      }
      ends.push(async () => {
        await device.context.close()
        await rm(folder, { recursive: true, force: true })
      })
      return device
    })

    for (const end of ends) await end()
    expect(problems).toEqual([])
  },
})

/** Sets up an empty profile, up to the list of spaces. */
export const startFresh = async ({ page, name, goto }: TestDevice): Promise<void> => {
  await goto()
  await page
    .getByRole('button', { name: 'Start fresh' })
    .or(page.getByRole('link', { name: 'Start fresh' }))
    .click()
  await page.getByLabel('Device name').fill(name)
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await page.getByLabel('Repeat passphrase').fill(PASSPHRASE)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('heading', { name: 'Spaces' })).toBeVisible()
}

export const unlock = async ({ page }: TestDevice): Promise<void> => {
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await page.keyboard.press('Enter')
}

export const makeSpace = async ({ page, goto }: TestDevice, name: string): Promise<void> => {
  await goto('#/')
  await page
    .getByRole('button', { name: 'New space' })
    .or(page.getByRole('button', { name: 'Create your first space' }))
    .click()
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'No tables yet' })).toBeVisible()
}

export const makeTable = async ({ page }: TestDevice, name: string): Promise<void> => {
  await page
    .getByRole('button', { name: 'Create a table' })
    .or(page.getByRole('button', { name: 'Add table' }))
    .first()
    .click()
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('grid', { name })).toBeVisible()
}

/** Opens a space by its card. */
export const openSpace = async ({ page, goto }: TestDevice, name: string): Promise<void> => {
  await goto('#/')
  await page.getByRole('link', { name }).first().click()
}

/** Adds a record behind the others and types its first field. */
export const addRecord = async ({ page }: TestDevice, text: string): Promise<void> => {
  await page.getByRole('gridcell', { name: 'Add record' }).click()
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('gridcell', { name: text, exact: true })).toBeVisible()
}

/** Sets up two devices, creates a space with one record on the first, and pairs them. */
export const pairWithRecord = async (one: TestDevice, other: TestDevice): Promise<void> => {
  await startFresh(one)
  await startFresh(other)
  await makeSpace(one, 'Lumen House')
  await makeTable(one, 'Members')
  await addRecord(one, 'Ash')
  await pair(one, other)
}

/** Confirms the words on both devices and returns them. */
export const compareWords = async (initiator: TestDevice, scanner: TestDevice): Promise<string[]> => {
  const words = async ({ page }: TestDevice) => {
    await expect(page.getByRole('heading', { name: 'Compare four words' })).toBeVisible({ timeout: 30_000 })
    return page.getByRole('listitem').allInnerTexts()
  }
  const [shown, seen] = [await words(initiator), await words(scanner)]
  expect(seen).toEqual(shown)
  await scanner.page.getByRole('button', { name: /^They match/ }).click()
  await initiator.page.getByRole('button', { name: /^They match/ }).click()
  return shown
}

/** The text of the pairing code that a device shows. */
export const shownCode = async ({ page }: TestDevice): Promise<string> => {
  const field = page.getByLabel(/paste/i)
  await expect(field).not.toHaveValue('')
  return field.inputValue()
}

/** Opens the app with a code in the address and agrees to use it. */
export const openLinkWithCode = async ({ page, goto }: TestDevice, code: string): Promise<void> => {
  await goto(`#${code}`)
  await expect(page.getByText('Everything on this device will be copied to the other device.')).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()
}

/** Pairs two devices: `scanner` opens the code of `initiator`. */
export const pair = async (initiator: TestDevice, scanner: TestDevice): Promise<void> => {
  await initiator.goto('#/devices')
  await initiator.page
    .getByRole('link', { name: 'Pair another device' })
    .or(initiator.page.getByRole('button', { name: 'Pair another device' }))
    .click()
  const code = await shownCode(initiator)
  await openLinkWithCode(scanner, code)
  await compareWords(initiator, scanner)
}

/** Whether an element is on top of all others over its whole height. */
export const isOnTop = (element: Locator): Promise<boolean> =>
  element.evaluate((element) => {
    const { left, width, top, height } = element.getBoundingClientRect()
    const topmostAt = (x: number, y: number): Element | null => {
      let topmost = document.elementFromPoint(x, y)
      while (topmost?.shadowRoot) {
        const inside = topmost.shadowRoot.elementFromPoint(x, y)
        if (!inside || inside === topmost) break
        topmost = inside
      }
      return topmost
    }
    // A multi-line editor is taller than a row, so check several points.
    const heights = Array.from({ length: 8 }, (_, part) => top + ((part + 0.5) * height) / 8)
    return heights.every((y) => element.contains(topmostAt(left + width / 2, y)))
  })

/**
 * Records which of these texts are in the document in any frame, from the next load of the page on.
 * @returns a function that resolves to those that were
 */
export const watchTexts = async (page: Page, texts: readonly string[]): Promise<() => Promise<readonly string[]>> => {
  await page.addInitScript((wanted) => {
    const seen = new Set<string>()
    Object.assign(globalThis, { seenTexts: seen })
    const textOf = (root: Node): string =>
      root instanceof Text
        ? root.data
        : [...(root instanceof Element && root.shadowRoot ? [root.shadowRoot] : []), ...root.childNodes].map(textOf).join(' ')
    const check = () => {
      if (document.body) {
        const drawn = textOf(document.body)
        for (const text of wanted) if (drawn.includes(text)) seen.add(text)
      }
      requestAnimationFrame(check)
    }
    requestAnimationFrame(check)
  }, texts)
  return () => page.evaluate(() => [...(globalThis as unknown as { seenTexts: Set<string> }).seenTexts])
}

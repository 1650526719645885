import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, type ElementHandle, launch, type Page } from 'puppeteer-core'

const NAMES = ['firefox', 'firefox-esr']

/** The path of an installed Firefox. Playwright drives only its own build, which is a separate download. */
export const findFirefox = (): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(existsSync)

/** Milliseconds between two polls, and before a wait fails. */
const LOOK_AGAIN = 100
const PATIENCE = 30_000

/** A page in Firefox. Finds elements through shadow roots by a selector and their text or label. */
export interface Fox {
  readonly page: Page
  goto(hash: string): Promise<void>
  /** Waits until the element exists. */
  find(selector: string, text?: string): Promise<ElementHandle<Element>>
  click(selector: string, text?: string): Promise<void>
  fill(selector: string, text: string): Promise<void>
  /** The texts of all matching elements. */
  texts(selector: string): Promise<string[]>
  close(): Promise<void>
}

export const openFirefox = async (executablePath: string, url: string): Promise<Fox> => {
  const browser: Browser = await launch({ browser: 'firefox', executablePath, headless: true })
  const page = await browser.newPage()
  await page.setViewport({ width: 1440, height: 900 })

  // Puppeteer's own waits compile functions from text, which the app's content security policy forbids.
  const find: Fox['find'] = async (selector, text = '') => {
    for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
      const found = await page.evaluateHandle(
        (selector, text) => {
          const within = (root: Document | ShadowRoot): Element | undefined => {
            for (const element of root.querySelectorAll('*')) {
              const said = `${element.textContent ?? ''} ${element.getAttribute('aria-label') ?? ''}`
              if (element.matches(selector) && said.includes(text) && element.checkVisibility()) return element
              const deeper = element.shadowRoot && within(element.shadowRoot)
              if (deeper) return deeper
            }
            return undefined
          }
          return within(document)
        },
        selector,
        text,
      )
      const element = found.asElement()
      if (element) return element as ElementHandle<Element>
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN))
    }
    throw new Error(`Firefox shows no "${selector}" that says "${text}".`)
  }

  return {
    page,
    find,
    async goto(hash) {
      await page.goto(`${url}/${hash}`)
    },
    async click(selector, text) {
      await (await find(selector, text)).click()
    },
    async fill(selector, text) {
      const field = await find(selector)
      await field.evaluate((input) => (input as HTMLInputElement).select())
      await field.type(text)
    },
    texts: (selector) =>
      page.evaluate((selector) => {
        const within = (root: Document | ShadowRoot): string[] =>
          [...root.querySelectorAll('*')].flatMap((element) => [
            ...(element.matches(selector) ? [element.textContent?.trim() ?? ''] : []),
            ...(element.shadowRoot ? within(element.shadowRoot) : []),
          ])
        return within(document)
      }, selector),
    close: () => browser.close(),
  }
}

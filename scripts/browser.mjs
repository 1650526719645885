import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Flags that keep a headless browser quiet and off the network. */
export const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  `${process.env.PROGRAMFILES}\\Google\\Chrome\\Application\\chrome.exe`,
]

const systemBrowser = () => {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...PLACES].find((file) => existsSync(file))
}

const playwrightBrowser = async () => {
  const { chromium } = await import('playwright-core')
  const file = chromium.executablePath()
  return existsSync(file) ? file : undefined
}

/** The path of a Chromium: Playwright's own, else the system's; undefined if there is none. */
export const findBrowser = async () => (await playwrightBrowser()) ?? systemBrowser()

/**
 * Finds or installs a Chromium: Playwright's download, then (in CI, or with INSTALL_BROWSER=1) the system's package.
 * @throws {Error} with the command that installs one
 */
export const findOrInstallBrowser = async () => {
  const found = await findBrowser()
  if (found) return found
  const attempts = [['npx', 'playwright', 'install', 'chromium']]
  if (process.env.CI || process.env.INSTALL_BROWSER) {
    attempts.push(['apt-get', 'update', '-qq'], ['apt-get', 'install', '-y', '-qq', 'chromium'])
  }
  for (const [command, ...rest] of attempts) {
    spawnSync(command, rest, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
    const now = await findBrowser()
    if (now) return now
  }
  throw new Error(
    'No Chromium was found. Install one with: sudo apt-get install chromium   (or: npx playwright install --with-deps chromium)',
  )
}

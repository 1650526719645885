import { createServer } from 'node:net'
import { defineConfig } from '@playwright/test'
import { BROWSER_FLAGS, findBrowser } from './scripts/browser.mjs'

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

// This file is read again in every process of the run: they all must come to the same port.
process.env.TESSERA_TEST_PORT ??= String(await freePort())
const port = process.env.TESSERA_TEST_PORT

const executablePath = await findBrowser()

/** End to end: the built app in real browsers, from the real relay. */
export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'build/test/e2e',
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  // Only to end what hangs: how slow a machine is decides no test.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json']],
  use: {
    baseURL: `http://localhost:${port}`,
    actionTimeout: 45_000,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: { ...(executablePath && { executablePath }), args: [...BROWSER_FLAGS] },
  },
  webServer: {
    command: 'node build/node/relay.js',
    url: `http://localhost:${port}/health`,
    env: { PORT: port },
    gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
  },
})

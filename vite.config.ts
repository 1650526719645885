import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig } from 'vitest/config'
import { BROWSER_FLAGS, findBrowser } from './scripts/browser.mjs'
import { buildId } from './scripts/build-id.mjs'
import { propertyTime } from './test/support/property-runs.ts'

const executablePath = await findBrowser()

// Pre-bundling would lose the WebAssembly files that stand beside these packages' modules.
const WEBASSEMBLY = ['@automerge/automerge', '@sqlite.org/sqlite-wasm']

const REPO_COMMONJS = ['bs58check', 'cbor-x', 'debug', 'eventemitter3', 'fast-sha256', 'uuid', 'xstate']

/** Bytes. Automerge's WebAssembly is 3.6 MB, above workbox's default for what is kept for use offline. */
const LARGEST_KEPT = 6 * 1024 * 1024

// The manifest is a file of its own, and the page registers the worker itself: through a policy that Trusted Types accept.
const serviceWorker = VitePWA({
  strategies: 'injectManifest',
  srcDir: 'sw',
  filename: 'service-worker.ts',
  injectRegister: false,
  manifest: false,
  // One script without imports; the default format makes Vite warn of a deprecated option.
  injectManifest: {
    rollupFormat: 'iife',
    globPatterns: ['**/*.{html,js,css,svg,wasm,webmanifest}', 'icons/*.png'],
    maximumFileSizeToCacheInBytes: LARGEST_KEPT,
  },
})

export default defineConfig({
  define: { __BUILD__: JSON.stringify(buildId()) },
  plugins: [process.env.VITEST ? undefined : serviceWorker],
  build: { outDir: 'build/app', target: 'es2022', sourcemap: true, manifest: true, modulePreload: { polyfill: false } },
  worker: { format: 'es' },
  optimizeDeps: {
    // automerge-repo brings its acceptance suites, which must use the runner's own vitest.
    exclude: [...WEBASSEMBLY, '@automerge/automerge-repo'],
    include: REPO_COMMONJS.map((name) => `@automerge/automerge-repo > ${name}`),
  },
  test: {
    // Only to end what hangs, as the limit of each test is.
    expect: { poll: { timeout: 25_000 } },
    // Every core: one is left free otherwise, which is half of a machine with two.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          // Only to end what hangs: how slow a machine is decides no test.
          testTimeout: propertyTime(90_000),
          hookTimeout: 60_000,
          globalSetup: ['test/support/examiner-setup.ts'],
          setupFiles: ['test/support/automerge.ts'],
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['**/*.browser.test.ts', '**/node_modules/**'],
        },
      },
      {
        extends: true,
        // automerge-repo's acceptance suites are written for Node's.
        resolve: { alias: { assert: fileURLToPath(new URL('test/support/assert.ts', import.meta.url)) } },
        test: {
          name: 'browser',
          globalSetup: ['test/support/relay-setup.ts'],
          include: ['src/**/*.browser.test.ts', 'test/**/*.browser.test.ts'],
          exclude: ['**/node_modules/**'],
          // They measure nothing, but connections between pages suffer when another page takes the processor.
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { ...(executablePath && { executablePath }), args: [...BROWSER_FLAGS] } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
})

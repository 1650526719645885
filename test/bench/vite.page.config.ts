import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** Pages of the bench, built as the app is: the whole app with a handle for the bench, and one library by itself. */
export default defineConfig({
  root: fileURLToPath(new URL('page', import.meta.url)),
  publicDir: false,
  build: {
    outDir: fileURLToPath(new URL('../../build/bench/app', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ['index', 'peers'].map((name) => fileURLToPath(new URL(`page/${name}.html`, import.meta.url))) },
  },
  worker: { format: 'es' },
})

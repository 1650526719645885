import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** The page of the bench, built as the app is: the whole app with a handle for the bench. */
export default defineConfig({
  root: fileURLToPath(new URL('page', import.meta.url)),
  publicDir: false,
  build: {
    outDir: fileURLToPath(new URL('../../build/bench/app', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
})

import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** The page of one library, built as the app is. */
export default defineConfig({
  root: fileURLToPath(new URL('page', import.meta.url)),
  publicDir: false,
  build: {
    outDir: fileURLToPath(new URL('../../../build/bench/peers', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
})

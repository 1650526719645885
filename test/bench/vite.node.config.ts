import { defineConfig } from 'vite'

const ENTRIES = ['main', 'threads/documents-thread', 'threads/index-thread', 'threads/plain-repo-thread']

/** The bench itself, run in Node: dependencies stay in node_modules. */
export default defineConfig({
  publicDir: false,
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'build/bench/node',
    rolldownOptions: {
      input: ENTRIES.map((entry) => `test/bench/${entry}.ts`),
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
})

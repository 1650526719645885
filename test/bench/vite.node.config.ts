import { defineConfig } from 'vite'

const NAMES = ['main', 'documents-thread', 'index-thread', 'plain-repo-thread']

/** The bench itself, run in Node: dependencies stay in node_modules. */
export default defineConfig({
  publicDir: false,
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'build/bench/node',
    rolldownOptions: {
      input: Object.fromEntries(NAMES.map((name) => [name, `test/bench/${name}.ts`])),
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
})

import { defineConfig } from 'vite'

/** What runs in Node: dependencies stay in node_modules, the project's own code becomes one file. */
export default defineConfig({
  publicDir: false,
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'build/node',
    sourcemap: true,
    rolldownOptions: {
      input: {
        relay: 'src/relay/main.ts',
        tessera: 'src/cli/main.ts',
        'examiner-thread': 'src/cli/examiner-thread.ts',
      },
      output: { entryFileNames: '[name].js' },
    },
  },
})

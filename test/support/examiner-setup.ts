import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The built file of `src/cli/examiner-thread.ts`. */
    examinerThread: string
  }
}

const inProject = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** Builds the examiner thread that tests start: worker threads of Node do not run TypeScript. */
export default async ({ provide }: TestProject) => {
  await build({
    configFile: false,
    root: inProject('.'),
    logLevel: 'warn',
    publicDir: false,
    build: {
      ssr: inProject('src/cli/examiner-thread.ts'),
      outDir: inProject('build/threads'),
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: '[name].js' } },
    },
  })
  provide('examinerThread', inProject('build/threads/examiner-thread.js'))
}

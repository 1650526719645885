/**
 * `npm run bench`: builds what is missing, then measures and prints one JSON object per line. `npm run bench -- edit sync` runs only
 * these benches. The libraries that `peers` compares with have a package of their own, which is installed when that bench runs.
 * Plain JavaScript, because it runs before the build.
 */
import { spawnSync } from 'node:child_process'
import { at, ensureBuilt, ensureInstalled, installIn, requireNode } from './prepare.mjs'

const run = (parameters) => {
  const { status } = spawnSync(process.execPath, parameters, { cwd: at('.'), stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) process.exit(status ?? 1)
}

requireNode()
ensureInstalled()
ensureBuilt()
const asked = process.argv.slice(2)
const configs = ['test/bench/vite.page.config.ts', 'test/bench/vite.node.config.ts']
if (asked.includes('peers')) {
  installIn('test/bench/peers')
  run(['node_modules/@typescript/native/bin/tsc', '-p', 'test/bench/peers/tsconfig.json'])
  configs.push('test/bench/peers/vite.config.ts')
}
for (const config of configs) run(['node_modules/vite/bin/vite.js', 'build', '--config', config, '--logLevel', 'warn'])
run(['build/bench/node/main.js', ...asked])

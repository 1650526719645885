/**
 * `npm run bench`: builds what is missing, then measures and prints one JSON object a line. `npm run bench -- edit sync` measures
 * a part. Plain JavaScript, since it comes first.
 */
import { spawnSync } from 'node:child_process'
import { at, ensureBuilt, ensureInstalled, requireNode } from './prepare.mjs'

const run = (parameters) => {
  const { status } = spawnSync(process.execPath, parameters, { cwd: at('.'), stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) process.exit(status ?? 1)
}

requireNode()
ensureInstalled()
ensureBuilt()
for (const config of ['test/bench/vite.page.config.ts', 'test/bench/vite.node.config.ts']) {
  run(['node_modules/vite/bin/vite.js', 'build', '--config', config, '--logLevel', 'warn'])
}
run(['build/bench/node/main.js', ...process.argv.slice(2)])

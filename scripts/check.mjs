/** `npm run check`: lock files, types, lint, dead code, import rules, build, sizes. Runs all of them and lists the failures at the end. */
import { spawnSync } from 'node:child_process'
import { at, ensureInstalled, requireNode } from './prepare.mjs'

const tsc = (which) => ['node_modules/@typescript/native/bin/tsc', '-p', `tsconfig.${which}.json`]

const CHECKS = {
  'lock file': ['scripts/lock.mjs', '--check'],
  'types (page)': tsc('page'),
  'types (worker)': tsc('worker'),
  'types (Node)': tsc('node'),
  'lint and format': ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'],
  'dead code': ['node_modules/knip/bin/knip.js', '--no-progress'],
  arrows: ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', 'src', 'sw', 'test', 'scripts', '--progress', 'none'],
  build: ['scripts/build.mjs'],
  sizes: ['node_modules/size-limit/bin.js'],
}

requireNode()
ensureInstalled()

const failed = Object.entries(CHECKS).filter(([name, command]) => {
  console.log(`\n── ${name}`)
  return spawnSync(process.execPath, command, { cwd: at('.'), stdio: 'inherit' }).status !== 0
})
console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.map(([name]) => name).join(', ')}.`)
process.exitCode = failed.length === 0 ? 0 : 1

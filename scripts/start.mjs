/** `npm start`: installs and builds what is missing, then serves the app and the relay. Plain JavaScript, since it comes first. */
import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isStale } from './freshness.mjs'
import { tooOld } from './node-version.mjs'

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

const SOURCES = ['src', 'sw', 'public', 'index.html', 'vite.config.ts', 'vite.node.config.ts', 'package-lock.json'].map(at)
const INSTALLED = at('node_modules/.package-lock.json')
/** Written when a build is whole, so that one that broke off is not taken for done. */
const BUILT = at('build/.built')

const run = (what, command, parameters, options = {}) => {
  const { status, error } = spawnSync(command, parameters, { cwd: at('.'), stdio: 'inherit', ...options })
  if (status === 0) return
  console.error(`${what} failed${error ? `: ${error.message}` : ''}. What went wrong stands above.`)
  process.exit(status ?? 1)
}

const install = () => {
  // Under npm its own file is known; on Windows "npm" alone is a script that only a shell finds.
  const npm = process.env.npm_execpath
  const parameters = ['ci', '--include=dev']
  if (npm?.endsWith('.js')) run('Installing the packages (npm ci)', process.execPath, [npm, ...parameters])
  else run('Installing the packages (npm ci)', 'npm', parameters, { shell: process.platform === 'win32' })
}

const build = () => {
  const vite = at('node_modules/vite/bin/vite.js')
  const quiet = ['--logLevel', 'warn']
  run('Building the app', process.execPath, [vite, 'build', ...quiet])
  run('Building the relay', process.execPath, [vite, 'build', '--config', 'vite.node.config.ts', ...quiet])
  writeFileSync(BUILT, '')
}

const old = tooOld(process.versions.node)
if (old) {
  console.error(old)
  process.exit(1)
}
if (isStale(INSTALLED, [at('package-lock.json')])) {
  console.log('Installing packages …')
  install()
}
if (isStale(BUILT, SOURCES) || !existsSync(at('build/app/index.html')) || !existsSync(at('build/node/relay.js'))) {
  console.log('Building …')
  build()
}
await import(new URL('../build/node/relay.js', import.meta.url).href)

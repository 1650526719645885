/** Prepares the other scripts: checks the version of Node, installs packages, builds. It must not import any package. */
import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isStale } from './freshness.mjs'
import { tooOld } from './node-version.mjs'

/** The absolute path of a file. @param path relative to the project's folder */
export const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

const SOURCES = ['src', 'sw', 'public', 'index.html', 'vite.config.ts', 'vite.node.config.ts', 'package-lock.json'].map(at)
const NODE_SOURCES = ['src', 'vite.node.config.ts', 'package-lock.json'].map(at)
/** Written after a complete build, so that an interrupted build is repeated. */
const BUILT = at('build/.built')
const NODE_BUILT = at('build/node/.built')

/** Output goes to standard error, because standard output belongs to the command that runs afterwards. */
const ON_STANDARD_ERROR = ['ignore', 2, 2]

const run = (what, command, parameters, options = {}) => {
  const { status, error } = spawnSync(command, parameters, { cwd: at('.'), stdio: ON_STANDARD_ERROR, ...options })
  if (status === 0) return
  console.error(`${what} failed${error ? `: ${error.message}` : ''}. See the output above.`)
  process.exit(status ?? 1)
}

const install = (folder) => {
  // npm sets the path of its own script. On Windows, "npm" is a batch file that needs a shell.
  const npm = process.env.npm_execpath
  const parameters = ['ci', '--include=dev']
  const options = { cwd: at(folder) }
  if (npm?.endsWith('.js')) run('Installing the packages (npm ci)', process.execPath, [npm, ...parameters], options)
  else run('Installing the packages (npm ci)', 'npm', parameters, { ...options, shell: process.platform === 'win32' })
}

/** Exits with an error message if the version of Node is not supported. */
export const requireNode = () => {
  const old = tooOld(process.versions.node)
  if (!old) return
  console.error(old)
  process.exit(1)
}

/** Installs the packages of a folder's lock file if necessary. @param folder relative to the project's folder */
export const installIn = (folder) => {
  if (!isStale(at(`${folder}/node_modules/.package-lock.json`), [at(`${folder}/package-lock.json`)])) return
  console.error('Installing packages …')
  install(folder)
}

/** Installs the packages of the project if necessary. */
export const ensureInstalled = () => installIn('.')

const VITE = at('node_modules/vite/bin/vite.js')
const QUIET = ['--logLevel', 'warn']

const buildNode = () => {
  run('Building what runs in Node', process.execPath, [VITE, 'build', '--config', 'vite.node.config.ts', ...QUIET])
  writeFileSync(NODE_BUILT, '')
}

/** Builds the relay and the command line (build/node) if they are older than their sources. */
export const ensureNodeBuilt = () => {
  if (!isStale(NODE_BUILT, NODE_SOURCES)) return
  console.error('Building …')
  buildNode()
}

/** Builds the app (build/app), the relay and the command line if they are older than their sources. */
export const ensureBuilt = () => {
  if (!isStale(BUILT, SOURCES) && existsSync(at('build/app/index.html')) && existsSync(NODE_BUILT)) return
  console.error('Building …')
  run('Building the app', process.execPath, [VITE, 'build', ...QUIET])
  buildNode()
  writeFileSync(BUILT, '')
}

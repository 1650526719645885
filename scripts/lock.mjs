/**
 * `npm run lock`: completes the lock files. npm omits the builds of a package for other platforms that it could not see while
 * it wrote the file, and `npm ci` then rejects the file on every platform. The package that wants them lists their versions.
 * With `--check` nothing is written; problems are printed.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { at } from './prepare.mjs'

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32', 'aix']
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64']

/** Every lock file of the project, as a path from its folder. */
const FILES = ['package-lock.json', 'test/bench/peers/package-lock.json']

/** Where Node resolves `name` from `folder`: in the nearest node_modules that contains it. */
const resolve = (packages, folder, name) => {
  for (let from = folder; ; from = from.slice(0, Math.max(0, from.lastIndexOf('node_modules/') - 1))) {
    const place = `${from === '' ? '' : `${from}/`}node_modules/${name}`
    if (place in packages) return place
    if (from === '') return undefined
  }
}

/** Optional packages that are required but missing in the lock file, as [path, version, required by]. */
const missing = (packages) =>
  Object.entries(packages).flatMap(([folder, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !resolve(packages, folder, name))
      .map(([name, version]) => [`node_modules/${name}`, version, folder]),
  )

/** The lock file entry of a package for one platform, derived from its name; without the integrity hash. */
const entryOf = (place, version, wantedBy) => {
  const parts = place.split('/').at(-1).split('-')
  const os = SYSTEMS.filter((each) => parts.includes(each))
  const cpu = PROCESSORS.filter((each) => parts.includes(each))
  if (os.length !== 1 || cpu.length !== 1 || !/^\d+\.\d+\.\d+$/.test(version)) {
    throw new Error(`${place}@${version}, which ${wantedBy} wants, names no platform that is known. Add it to scripts/lock.mjs.`)
  }
  const libc = parts.some((part) => part.startsWith('musl')) ? { libc: ['musl'] } : {}
  return { version, cpu, dev: true, ...libc, optional: true, os }
}

const check = (file, absent, located) => {
  for (const [place, , wantedBy] of absent) console.error(`${file} lacks ${place}, which ${wantedBy} wants.`)
  for (const place of located) console.error(`${file} names a host for ${place}.`)
  if (absent.length + located.length === 0) return
  console.error('To fix this, run: npm run lock')
  process.exitCode = 1
}

const complete = (file, lock, absent, located) => {
  for (const place of located) delete lock.packages[place].resolved
  for (const [place, version, wantedBy] of absent) lock.packages[place] = entryOf(place, version, wantedBy)
  const ordered = Object.entries(lock.packages).sort(([one], [other]) => one.localeCompare(other, 'en'))
  writeFileSync(at(file), `${JSON.stringify({ ...lock, packages: Object.fromEntries(ordered) }, null, 2)}\n`)
  console.log(`${file}: ${absent.length} packages of other platforms added, ${located.length} addresses removed.`)
}

for (const file of FILES) {
  const lock = JSON.parse(readFileSync(at(file), 'utf8'))
  const absent = missing(lock.packages)
  const located = Object.keys(lock.packages).filter((place) => 'resolved' in lock.packages[place])
  if (process.argv.includes('--check')) check(file, absent, located)
  else complete(file, lock, absent, located)
}

/**
 * `npm run lock`: makes package-lock.json whole. npm leaves out the builds of a package for other platforms when it could not
 * see them while it wrote the file, and `npm ci` then refuses the file on every platform. Their versions stand in the package
 * that wants them. With `--check` nothing is written, and what is not in order is told.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { at } from './prepare.mjs'

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32', 'aix']
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64']

const FILE = at('package-lock.json')

/** Where `name` would be found from `folder`: the nearest node_modules that has it. */
const resolve = (packages, folder, name) => {
  for (let from = folder; ; from = from.slice(0, Math.max(0, from.lastIndexOf('node_modules/') - 1))) {
    const place = `${from === '' ? '' : `${from}/`}node_modules/${name}`
    if (place in packages) return place
    if (from === '') return undefined
  }
}

/** Optional packages that some package wants and the file does not have, as [place, version, wanted by]. */
const missing = (packages) =>
  Object.entries(packages).flatMap(([folder, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !resolve(packages, folder, name))
      .map(([name, version]) => [`node_modules/${name}`, version, folder]),
  )

/** The entry of a package of one platform, which its name tells, as npm would have written it; without the sum of its bytes. */
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

const lock = JSON.parse(readFileSync(FILE, 'utf8'))
const absent = missing(lock.packages)
const located = Object.keys(lock.packages).filter((place) => 'resolved' in lock.packages[place])

if (process.argv.includes('--check')) {
  for (const [place, , wantedBy] of absent) console.error(`package-lock.json lacks ${place}, which ${wantedBy} wants.`)
  for (const place of located) console.error(`package-lock.json names a host for ${place}.`)
  if (absent.length + located.length > 0) console.error('Mend it with: npm run lock')
  process.exitCode = absent.length + located.length > 0 ? 1 : 0
} else {
  for (const place of located) delete lock.packages[place].resolved
  for (const [place, version, wantedBy] of absent) lock.packages[place] = entryOf(place, version, wantedBy)
  const ordered = Object.entries(lock.packages).sort(([one], [other]) => one.localeCompare(other, 'en'))
  writeFileSync(FILE, `${JSON.stringify({ ...lock, packages: Object.fromEntries(ordered) }, null, 2)}\n`)
  console.log(`${absent.length} packages of other platforms added, ${located.length} addresses taken out.`)
}

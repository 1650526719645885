import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SOURCES = ['src', 'sw', 'index.html', 'package-lock.json']
/** Hexadecimal digits; enough to distinguish builds. */
const LENGTH = 16

const filesBelow = (path) =>
  readdirSync(join(ROOT, path), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** Identifies the source of the app: the same source gives the same id. */
export const buildId = () => {
  const hash = createHash('sha256')
  const files = SOURCES.flatMap((source) => (source.includes('.') ? [join(ROOT, source)] : filesBelow(source)))
  for (const file of files.sort()) hash.update(readFileSync(file)).update('\0')
  return hash.digest('hex').slice(0, LENGTH)
}

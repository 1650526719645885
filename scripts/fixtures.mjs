/**
 * `npm run fixtures`: creates the real tables used by tests (test/fixtures) from the Debian packages `unicode-data` and `iso-codes`,
 * with their licences. The files are committed; run this only to update them.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { at } from './prepare.mjs'

const UNICODE_DATA = '/usr/share/unicode/UnicodeData.txt'
const ISO_3166 = '/usr/share/iso-codes/json/iso_3166-1.json'

const read = (file) => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    console.error(`${file} cannot be read (${error.code}). Install what it comes with: apt-get install unicode-data iso-codes`)
    process.exit(1)
  }
}

const write = (name, content) => {
  writeFileSync(at(`test/fixtures/${name}`), content)
  console.log(`test/fixtures/${name}: ${content.length} bytes`)
}

const cell = (value = '') => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)

/** A CSV file with a column for every key of any object. */
const csv = (objects) => {
  const columns = [...new Set(objects.flatMap((object) => Object.keys(object)))]
  return [columns, ...objects.map((object) => columns.map((column) => object[column]))]
    .map((row) => `${row.map(cell).join(',')}\r\n`)
    .join('')
}

const between = (text, from, to) => text.slice(text.indexOf(from), to === undefined ? undefined : text.indexOf(to))

const compressed = (text) => gzipSync(text, { level: 9 })

mkdirSync(at('test/fixtures'), { recursive: true })
write('UnicodeData.txt.gz', compressed(read(UNICODE_DATA)))
write(
  'UnicodeData.LICENSE.txt',
  `UnicodeData.txt, as it comes with Debian's package unicode-data, compressed and otherwise unchanged.\n\n${between(
    read('/usr/share/doc/unicode-data/copyright'),
    'UNICODE, INC. LICENSE AGREEMENT',
  ).trim()}\n`,
)
write('iso-3166-1.csv.gz', compressed(csv(JSON.parse(read(ISO_3166))['3166-1'])))
write(
  'iso-3166-1.LICENSE.txt',
  `iso-3166-1.csv: made from iso_3166-1.json of Debian's package iso-codes; the same data as a table.\n\n${between(
    read('/usr/share/doc/iso-codes/copyright'),
    'Files: *',
    'On Debian systems',
  )
    .replace(/^ \.?/gm, '')
    .trim()}\n\n${read('/usr/share/common-licenses/LGPL-2.1')}`,
)

/** Measures, and prints a JSON object a line. What runs, and how loaded the machine is, goes to the other output. */
import { loadavg } from 'node:os'
import { bytes } from './bytes.ts'
import { catchUp } from './catch-up.ts'
import { deleteMany } from './delete.ts'
import { edit } from './edit.ts'
import { firstPaint } from './first-paint.ts'
import { grow } from './grow.ts'
import { importTable } from './import.ts'
import { importBlocked } from './import-blocked.ts'
import { lookBack } from './look-back.ts'
import { open, openOnPhone } from './open.ts'
import { peers } from './peers.ts'
import { readWhile } from './read-while.ts'
import { searches } from './searches.ts'
import { type Figure, toLine } from './support/figure.ts'
import { endProfiles } from './support/profiles.ts'
import { sync } from './sync.ts'
import { wide } from './wide.ts'
import { windows } from './windows.ts'

const BENCHES: Readonly<Record<string, readonly (() => Promise<Figure[]>)[]>> = {
  'first-paint': [firstPaint],
  import: [importTable, importBlocked],
  'read-while': [readWhile],
  open: [open, openOnPhone],
  edit: [edit],
  sync: [sync],
  wide: [wide],
  'catch-up': [catchUp],
  at: [lookBack],
  delete: [deleteMany],
  grow: [grow],
  window: [windows],
  search: [searches],
  bytes: [bytes],
  peers: [peers],
}

/** Those that take long run when they are asked for. */
const ONLY_ASKED: ReadonlySet<string> = new Set(['grow', 'peers'])

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !(name in BENCHES))
if (unknown !== undefined) {
  console.error(`There is no bench called "${unknown}". There are: ${Object.keys(BENCHES).join(', ')}.`)
  process.exit(1)
}
try {
  for (const name of asked.length > 0 ? asked : Object.keys(BENCHES).filter((name) => !ONLY_ASKED.has(name))) {
    console.error(`── ${name} (load of the machine: ${loadavg()[0]?.toFixed(2)})`)
    for (const bench of BENCHES[name] ?? []) for (const figure of await bench()) console.log(toLine(figure))
  }
} finally {
  await endProfiles()
}

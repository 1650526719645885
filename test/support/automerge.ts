import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { loadAutomerge } from '../../src/space/automerge.ts'

await loadAutomerge(await readFile(createRequire(import.meta.url).resolve('@automerge/automerge/automerge.wasm')))

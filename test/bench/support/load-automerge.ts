import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { loadAutomerge } from '../../../src/space/automerge.ts'

/** Loads Automerge into this thread, for what is measured beside the engine. */
export const loadBareAutomerge = async (): Promise<void> =>
  loadAutomerge(await readFile(createRequire(import.meta.url).resolve('@automerge/automerge/automerge.wasm')))

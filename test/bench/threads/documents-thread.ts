/** The documents worker of Node's bench. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { workerData } from 'node:worker_threads'
import { examineHere } from '../../../src/engine/examine/examination.ts'
import { historyModule } from '../../../src/engine/features/history.ts'
import { importModule } from '../../../src/engine/features/import.ts'
import { feedOver } from '../../../src/engine/index/feed.ts'
import { startDocuments } from '../../../src/engine/workers/documents.ts'
import { loadAutomerge } from '../../../src/space/automerge.ts'
import { memoryBackend } from '../../../src/vault/backends/memory-backend.ts'
import type { ThreadData } from '../support/engine-threads.ts'

const { feed, port } = workerData as ThreadData
await loadAutomerge(await readFile(createRequire(import.meta.url).resolve('@automerge/automerge/automerge.wasm')))
const serve = await startDocuments({
  openBackend: async () => memoryBackend(),
  feed: feedOver(feed),
  // Nothing comes from others here.
  examiner: { examine: examineHere, prepare: () => undefined },
  server: undefined,
  ended: () => undefined,
  modules: () => [importModule(), historyModule()],
})
serve(port)

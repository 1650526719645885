/** `src/engine/workers/examiner-worker.ts` for Node. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { parentPort } from 'node:worker_threads'
import { answerExaminer, type ToExaminer } from '../engine/examine/examiner.ts'
import { loadAutomerge } from '../space/automerge.ts'

const loaded = readFile(createRequire(import.meta.url).resolve('@automerge/automerge/automerge.wasm')).then(loadAutomerge)

parentPort?.on('message', async (message: ToExaminer) => {
  await loaded
  parentPort?.postMessage(await answerExaminer(message))
})

/** The disposable worker that examines one untrusted document in its own Automerge. It is ended after its answer. */
import wasm from '@automerge/automerge/automerge.wasm?url'
import { loadAutomerge } from '../../space/automerge.ts'
import { answerExaminer, type FromExaminer, type ToExaminer } from '../examine/examiner.ts'

declare const self: DedicatedWorkerGlobalScope

const loaded = loadAutomerge(wasm)

self.onmessage = async ({ data }: MessageEvent<ToExaminer>) => {
  await loaded
  const answer: FromExaminer = await answerExaminer(data)
  self.postMessage(answer)
}

import { Worker } from 'node:worker_threads'
import type { ExaminerThread, FromExaminer } from '../engine/examine/examiner.ts'

/** Starts an examiner worker as a thread of Node. @param file built from `examiner-thread.ts` */
export const nodeExaminerThread =
  (file: string): (() => ExaminerThread) =>
  () => {
    const worker = new Worker(file)
    const thread: ExaminerThread = {
      onmessage: null,
      onerror: null,
      postMessage: (message) => worker.postMessage(message),
      terminate: () => void worker.terminate(),
    }
    worker.on('message', (data: FromExaminer) => thread.onmessage?.({ data } as MessageEvent<FromExaminer>))
    worker.on('error', (error: Error) => thread.onerror?.({ message: error.message } as ErrorEvent))
    return thread
  }

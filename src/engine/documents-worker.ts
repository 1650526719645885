/** The worker that writes: waits until it is the only one of this browser profile, then starts the engine. */
import type { FromDocuments, ToDocuments } from './worker-messages.ts'

declare const self: DedicatedWorkerGlobalScope

const LOCK = 'tessera/writer'

const tell = (message: FromDocuments) => self.postMessage(message)

const ports: MessagePort[] = []
let serve = (port: MessagePort): void => {
  ports.push(port)
}

self.onmessage = async ({ data }: MessageEvent<ToDocuments>) => {
  if (data.kind === 'serve') return serve(data.port)
  try {
    // Only now: a tab that never leads loads neither Automerge nor keys.
    const { startInWorker } = await import('./start-in-worker.ts')
    serve = await startInWorker(data, () => tell({ kind: 'ended' }))
    for (const port of ports.splice(0)) serve(port)
  } catch (error) {
    tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
}

navigator.locks
  .request(LOCK, () => {
    tell({ kind: 'elected' })
    // Held until this worker ends.
    return new Promise<never>(() => undefined)
  })
  .catch((error: unknown) => tell({ kind: 'failed', message: String(error) }))

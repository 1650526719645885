/** The documents worker: waits for the writer lock of this browser profile, then starts the engine. */

import type { FromDocuments, ToDocuments } from '../api/worker-messages.ts'
import type { SharedUnlock } from '../profile/unlock-sharing.ts'

declare const self: DedicatedWorkerGlobalScope

const LOCK = 'tessera/writer'

const send = (message: FromDocuments) => self.postMessage(message)
const fail = (error: unknown) => send({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })

const waitingPorts: MessagePort[] = []
let serve = (port: MessagePort): void => {
  waitingPorts.push(port)
}

/** While this worker waits: the unlock data of the leading tab. In memory only. */
let inherited: SharedUnlock | undefined
let inheritance: MessagePort | undefined

const inherit = (port: MessagePort): void => {
  inheritance?.close()
  inheritance = port
  port.onmessage = ({ data }: MessageEvent<SharedUnlock | undefined>) => {
    inherited = data
  }
}

/** While this worker leads: the waiting workers of other tabs. */
const heirs = new Set<MessagePort>()
let shared: SharedUnlock | undefined

const addHeir = (port: MessagePort): void => {
  heirs.add(port)
  port.addEventListener('close', () => heirs.delete(port))
  port.start()
  port.postMessage(shared)
}

const share = (unlock: SharedUnlock | undefined): void => {
  shared = unlock
  for (const port of heirs) port.postMessage(unlock)
}

let giveLockBack = (): void => undefined

const start = async (
  begin: Extract<ToDocuments, { kind: 'begin' }>,
  { startInWorker }: typeof import('./start-in-worker.ts'),
): Promise<void> => {
  inheritance?.close()
  try {
    serve = await startInWorker(begin, { inherited, share }, () => send({ kind: 'ended' }))
    inherited = undefined
    for (const port of waitingPorts.splice(0)) serve(port)
  } catch (error) {
    fail(error)
    giveLockBack()
  }
}

// Loaded before the lock is requested: a worker that cannot load the engine, as after an update, must not hold the lock.
const engine = import('./start-in-worker.ts')

self.onmessage = ({ data }: MessageEvent<ToDocuments>) => {
  if (data.kind === 'serve') serve(data.port)
  else if (data.kind === 'inherit') inherit(data.port)
  else if (data.kind === 'heir') addHeir(data.port)
  else void engine.then((loaded) => start(data, loaded))
}

engine
  .then(() =>
    navigator.locks.request(LOCK, () => {
      send({ kind: 'elected' })
      // Held until this worker ends or fails to start.
      return new Promise<void>((resolve) => {
        giveLockBack = resolve
      })
    }),
  )
  .catch(fail)

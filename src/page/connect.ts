/**
 * How a page comes by the engine. One tab of a browser profile runs it, in two workers; the others speak to it through ports
 * that the service worker passes on. When that tab closes, another one's worker gets the lock and takes over. Only tabs of the same
 * build share an engine: after an update the tabs from before stop theirs and ask to be reloaded.
 */
import { type EngineClient, type Ports, portClient } from '../engine/api/client.ts'
import {
  ENGINE_CHANNEL,
  type EngineSettings,
  type FromDocuments,
  type FromIndex,
  type ToDocuments,
  type ToIndex,
} from '../engine/api/worker-messages.ts'
import { BUILD } from './build.ts'
import { withPageStorage } from './storage.ts'

/** Why this tab cannot go on with the code that it has loaded. */
export type Outdated =
  /** A newer version was installed while this tab was open. */
  | 'updated'
  /** The tab that runs the engine is of another build. */
  | 'other-build'

export interface Surrounds {
  /** What the server says of itself, when it can be reached. */
  readonly settings: Promise<EngineSettings | undefined>
  /** Answers for WebRTC on this page, commanded over the port. @returns what ends it */
  serveConnections(port: MessagePort): () => void
  /** Makes the two workers; the page's policy decides which addresses may be workers. */
  documentsWorker(): Worker
  indexWorker(): Worker
  /** The engine cannot start on this device at all. */
  failed(message: string): void
  /** Called before the engine stops, so that open editors can still save. */
  outdated(why: Outdated): void
}

/** Milliseconds between two questions for a port while nobody answers: the service worker may not be active yet. */
const ASK_AGAIN = 1_000

export const connectEngine = (surrounds: Surrounds): EngineClient => {
  const client = portClient()
  const channel = new BroadcastChannel(ENGINE_CHANNEL)
  const { serviceWorker } = navigator
  /** Ends this tab's workers, and with them the lock and every key. */
  let stop = (): void => undefined
  let documents: Worker | undefined
  let leading = false
  /** This tab's code must not run an engine any more. */
  let over = false
  let asking: ReturnType<typeof setInterval> | undefined

  /** Ports into this tab's own workers, for itself or for another tab. */
  let openPorts: (() => Ports) | undefined
  /** A port into this tab's leading worker, for the waiting worker of another tab. */
  let openHeir: (() => MessagePort) | undefined

  const ask = () => serviceWorker.controller?.postMessage({ kind: 'tessera/need-port', build: BUILD })
  const keepAsking = () => {
    clearInterval(asking)
    if (leading || over) return
    ask()
    asking = setInterval(ask, ASK_AGAIN)
  }

  const answerOther = (other: string, build: unknown) => {
    if (!openPorts || !openHeir || over) return
    if (build !== BUILD) return serviceWorker.controller?.postMessage({ kind: 'tessera/other-build', for: other })
    const { documents, index } = openPorts()
    serviceWorker.controller?.postMessage({ kind: 'tessera/port', for: other }, [documents, index, openHeir()])
  }

  serviceWorker.addEventListener('message', ({ data, ports }) => {
    if (data?.kind === 'tessera/need-port') answerOther(data.for, data.build)
    if (leading || over) return
    if (data?.kind === 'tessera/other-build') becomeOutdated('other-build')
    const [toDocuments, toIndex, heir] = ports
    if (data?.kind !== 'tessera/port' || !toDocuments || !toIndex || !heir) return
    clearInterval(asking)
    client.attach({ documents: toDocuments, index: toIndex })
    documents?.postMessage({ kind: 'inherit', port: heir } satisfies ToDocuments, [heir])
  })

  /** The first one takes control of a page that it did not serve; every later one belongs to a newer version. */
  let controlled = serviceWorker.controller !== null
  serviceWorker.addEventListener('controllerchange', () => {
    if (controlled) becomeOutdated('updated')
    controlled = true
    keepAsking()
  })
  channel.onmessage = () => {
    // Another tab's engine began: what this one spoke to is gone.
    if (!leading) keepAsking()
  }

  const becomeOutdated = (why: Outdated): void => {
    if (over) return
    surrounds.outdated(why)
    over = true
    clearInterval(asking)
    // Locking writes what waits, and gives the lock to a tab of the newer version.
    if (leading) client.call('lock').then(stop, stop)
    else stop()
  }

  const failed = (message: string): void => {
    stop()
    if (!over) surrounds.failed(message)
    over = true
  }

  const start = () => {
    const worker = surrounds.documentsWorker()
    documents = worker
    const post = (message: ToDocuments, transfer: Transferable[]) => worker.postMessage(message, transfer)
    stop = () => worker.terminate()
    worker.onerror = loadFailed
    worker.onmessage = ({ data }: MessageEvent<FromDocuments>) => {
      if (data.kind === 'failed') failed(data.message)
      else if (data.kind === 'elected') lead()
      else {
        stop()
        if (!over) start()
      }
    }

    const lead = () => {
      leading = true
      clearInterval(asking)
      const index = surrounds.indexWorker()
      const feed = new MessageChannel()
      const connections = new MessageChannel()
      const endConnections = surrounds.serveConnections(connections.port1)
      const tellIndex = (message: ToIndex, transfer: Transferable[]) => index.postMessage(message, transfer)
      index.onerror = loadFailed
      index.onmessage = ({ data }: MessageEvent<FromIndex>) => failed(data.message)
      tellIndex({ kind: 'begin', feed: feed.port2 }, [feed.port2])
      void surrounds.settings.then((settings) =>
        post({ kind: 'begin', feed: feed.port1, connections: connections.port2, settings }, [feed.port1, connections.port2]),
      )
      openPorts = () => {
        const [toDocuments, toIndex] = [new MessageChannel(), new MessageChannel()]
        post({ kind: 'serve', port: toDocuments.port2 }, [toDocuments.port2])
        tellIndex({ kind: 'serve', port: toIndex.port2 }, [toIndex.port2])
        return { documents: toDocuments.port1, index: toIndex.port1 }
      }
      openHeir = () => {
        const { port1, port2 } = new MessageChannel()
        post({ kind: 'heir', port: port2 }, [port2])
        return port1
      }
      stop = () => {
        leading = false
        openPorts = undefined
        openHeir = undefined
        endConnections()
        index.terminate()
        worker.terminate()
      }
      client.attach(openPorts())
      channel.postMessage({ kind: 'began' })
    }
  }

  /** Errors while the worker runs are ErrorEvents and reach the console; a script that cannot be loaded gives a plain event. */
  const loadFailed = (event: Event): void => {
    if (!(event instanceof ErrorEvent)) failed('A part of Tessera could not be loaded.')
  }

  start()
  keepAsking()
  return withPageStorage(client)
}

/**
 * Connects a page to the engine. One tab of a browser profile runs it, in two workers; the other tabs reach it through ports that
 * the service worker passes on. When that tab closes, another tab's worker gets the lock and takes over. Only tabs of the same build
 * share an engine: after an update, tabs of the old build stop theirs and ask to be reloaded.
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
import { withPageStorage } from './storage.ts'

/** Defined only in builds of the app, not of tests and benches. */
declare const __BUILD__: string | undefined

/** The id of this page's build. Only tabs of the same build share an engine. */
const BUILD: string = typeof __BUILD__ === 'string' ? __BUILD__ : 'development'

/** Why this tab must be reloaded. */
export type Outdated =
  /** A newer version was installed while this tab was open. */
  | 'updated'
  /** The tab that runs the engine is of another build. */
  | 'other-build'

export interface EngineDeps {
  /** The server's settings; undefined when it cannot be reached. */
  readonly settings: Promise<EngineSettings | undefined>
  /** Runs WebRTC on this page, controlled over the port. @returns a function that stops it */
  serveConnections(port: MessagePort): () => void
  /** Creates a worker from an address that the page's Trusted Types policy allows. */
  documentsWorker(): Worker
  indexWorker(): Worker
  /** The engine cannot start on this device. */
  failed(message: string): void
  /** Called before the engine stops, so that open editors can still save. */
  outdated(why: Outdated): void
}

/** Milliseconds between requests for a port: the service worker may not be active yet. */
const ASK_INTERVAL_MS = 1_000

export const connectEngine = (deps: EngineDeps): EngineClient => {
  const client = portClient()
  const channel = new BroadcastChannel(ENGINE_CHANNEL)
  const { serviceWorker } = navigator
  /** Ends this tab's workers, and with them the lock and every key. */
  let stop = (): void => undefined
  let documents: Worker | undefined
  let leading = false
  /** This tab is outdated or failed, and must not run an engine. */
  let over = false
  let asking: ReturnType<typeof setInterval> | undefined

  /** Opens ports to this tab's workers, for itself or for another tab. */
  let openPorts: (() => Ports) | undefined
  /** Opens a port to this tab's documents worker for the waiting worker of another tab, which inherits its keys. */
  let openHeir: (() => MessagePort) | undefined

  const ask = () => serviceWorker.controller?.postMessage({ kind: 'tessera/need-port', build: BUILD })
  const keepAsking = () => {
    clearInterval(asking)
    if (leading || over) return
    ask()
    asking = setInterval(ask, ASK_INTERVAL_MS)
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

  /** A page without a controller gets its first one; every later one is a newer version. */
  let controlled = serviceWorker.controller !== null
  serviceWorker.addEventListener('controllerchange', () => {
    if (controlled) becomeOutdated('updated')
    controlled = true
    keepAsking()
  })
  channel.onmessage = () => {
    // Another tab started an engine: the previous one is gone.
    if (!leading) keepAsking()
  }

  const becomeOutdated = (why: Outdated): void => {
    if (over) return
    deps.outdated(why)
    over = true
    clearInterval(asking)
    // Locking stores pending changes and releases the lock to a tab of the newer version.
    if (leading) client.call('lock').then(stop, stop)
    else stop()
  }

  const failed = (message: string): void => {
    stop()
    if (!over) deps.failed(message)
    over = true
  }

  const start = () => {
    const worker = deps.documentsWorker()
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
      const index = deps.indexWorker()
      const feed = new MessageChannel()
      const connections = new MessageChannel()
      const endConnections = deps.serveConnections(connections.port1)
      const postToIndex = (message: ToIndex, transfer: Transferable[]) => index.postMessage(message, transfer)
      index.onerror = loadFailed
      index.onmessage = ({ data }: MessageEvent<FromIndex>) => failed(data.message)
      postToIndex({ kind: 'begin', feed: feed.port2 }, [feed.port2])
      void deps.settings.then((settings) =>
        post({ kind: 'begin', feed: feed.port1, connections: connections.port2, settings }, [feed.port1, connections.port2]),
      )
      openPorts = () => {
        const [toDocuments, toIndex] = [new MessageChannel(), new MessageChannel()]
        post({ kind: 'serve', port: toDocuments.port2 }, [toDocuments.port2])
        postToIndex({ kind: 'serve', port: toIndex.port2 }, [toIndex.port2])
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

  /** A script that cannot be loaded fires a plain event; errors at run time are ErrorEvents and reach the console. */
  const loadFailed = (event: Event): void => {
    if (!(event instanceof ErrorEvent)) failed('A worker of Tessera could not be loaded. Check the network and reload.')
  }

  start()
  keepAsking()
  return withPageStorage(client)
}

/**
 * How a page comes by the engine. One tab of a browser profile runs it, in two workers; the others speak to it through ports
 * that the service worker passes on. When that tab closes, another one's worker gets the lock and takes over.
 */
import { type EngineClient, type Ports, portClient } from '../engine/client.ts'
import {
  ENGINE_CHANNEL,
  type EngineSettings,
  type FromDocuments,
  type ToDocuments,
  type ToIndex,
} from '../engine/worker-messages.ts'
import { withPageStorage } from './storage.ts'

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
}

/** Milliseconds between two questions for a port while nobody answers: the service worker may not be active yet. */
const ASK_AGAIN = 1_000

export const connectEngine = (surrounds: Surrounds): EngineClient => {
  const client = portClient()
  const channel = new BroadcastChannel(ENGINE_CHANNEL)
  const { serviceWorker } = navigator
  let stop: (() => void) | undefined
  let leading = false
  let asking: ReturnType<typeof setInterval> | undefined

  /** Ports into this tab's own workers, for itself or for another tab. */
  let openPorts: (() => Ports) | undefined

  const ask = () => serviceWorker.controller?.postMessage({ kind: 'tessera/need-port' })
  const keepAsking = () => {
    clearInterval(asking)
    if (leading) return
    ask()
    asking = setInterval(ask, ASK_AGAIN)
  }

  serviceWorker.addEventListener('message', ({ data, ports }) => {
    if (data?.kind === 'tessera/need-port' && openPorts) {
      const { documents, index } = openPorts()
      serviceWorker.controller?.postMessage({ kind: 'tessera/port', for: data.for }, [documents, index])
    }
    const [documents, index] = ports
    if (data?.kind === 'tessera/port' && !leading && documents && index) {
      clearInterval(asking)
      client.attach({ documents, index })
    }
  })
  serviceWorker.addEventListener('controllerchange', keepAsking)
  channel.onmessage = () => {
    // Another tab's engine began: what this one spoke to is gone.
    if (!leading) keepAsking()
  }

  const start = () => {
    const documents = surrounds.documentsWorker()
    const post = (message: ToDocuments, transfer: Transferable[]) => documents.postMessage(message, transfer)
    documents.onmessage = ({ data }: MessageEvent<FromDocuments>) => {
      if (data.kind === 'failed') surrounds.failed(data.message)
      else if (data.kind === 'elected') lead()
      else {
        stop?.()
        start()
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
      stop = () => {
        leading = false
        openPorts = undefined
        endConnections()
        index.terminate()
        documents.terminate()
      }
      client.attach(openPorts())
      channel.postMessage({ kind: 'began' })
    }
  }

  start()
  keepAsking()
  return withPageStorage(client)
}

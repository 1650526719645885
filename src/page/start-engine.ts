import type { EngineClient } from '../engine/api/client.ts'
import documentsWorker from '../engine/workers/documents-worker.ts?worker&url'
import indexWorker from '../engine/workers/index-worker.ts?worker&url'
import { trustedScriptUrl } from '../engine/workers/trusted-script-url.ts'
import { watchFreshStarts } from '../network/connection/fresh-start.ts'
import { serveConnections } from '../network/connection/serve.ts'
import { connectEngine, type Outdated } from './connect.ts'
import { readSettings } from './settings.ts'

/** Starts or joins the engine, with this page's WebRTC. */
export const startEngine = (
  failed: (message: string) => void,
  outdated: (why: Outdated) => void = () => undefined,
): EngineClient =>
  connectEngine({
    settings: readSettings(),
    serveConnections: (port) => serveConnections(port, { RTCPeerConnection, watchFreshStarts }),
    documentsWorker: () => new Worker(trustedScriptUrl(documentsWorker), { type: 'module', name: 'documents' }),
    indexWorker: () => new Worker(trustedScriptUrl(indexWorker), { type: 'module', name: 'index' }),
    failed,
    outdated,
  })

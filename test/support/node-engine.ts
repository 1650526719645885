import { MessageChannel as NodeMessageChannel } from 'node:worker_threads'
import wrtc from '@roamhq/wrtc'
import { inject } from 'vitest'
import { WebSocket } from 'ws'
import { nodeExaminerThread } from '../../src/cli/node-examiner.ts'
import { relayDiscovery } from '../../src/discovery/relay/relay.ts'
import { type EngineClient, portClient } from '../../src/engine/api/client.ts'
import type { Watches } from '../../src/engine/api/engine.ts'
import type { EngineSettings } from '../../src/engine/api/worker-messages.ts'
import { examiner } from '../../src/engine/examine/examiner.ts'
import { type CheckTimes, checkModule } from '../../src/engine/features/check.ts'
import { feedOver } from '../../src/engine/index/feed.ts'
import { serveIndex } from '../../src/engine/index/index-server.ts'
import { pairingModule } from '../../src/engine/pairing/pairing.ts'
import { type SyncModule, syncModule } from '../../src/engine/peers/sync.ts'
import { networkModule } from '../../src/engine/profile/network.ts'
import type { UnlockSharing } from '../../src/engine/profile/unlock-sharing.ts'
import { startDocuments } from '../../src/engine/workers/documents.ts'
import { featureModules } from '../../src/engine/workers/feature-modules.ts'
import { connectionHost } from '../../src/network/adapter/host.ts'
import { serveConnections } from '../../src/network/connection/serve.ts'
import { loadSqlite } from '../../src/query/sqlite/sqlite.ts'
import type { Migration } from '../../src/space/versions/migrations.ts'
import type { Backend } from '../../src/vault/backends/backend.ts'
import { memoryBackend } from '../../src/vault/backends/memory-backend.ts'

/** A whole engine in this process: the code of both workers, with real WebRTC and the real relay. */
export interface NodeEngine extends EngineClient {
  readonly backend: Backend
  /** Resolves with the first value of a watch for which `fits` is true. */
  until<Name extends keyof Watches>(
    name: Name,
    input: Watches[Name]['input'],
    fits: (value: Watches[Name]['value']) => boolean,
  ): Promise<Watches[Name]['value']>
  close(): void
}

const channel = () => {
  const { port1, port2 } = new NodeMessageChannel()
  return { port1, port2 } as unknown as MessageChannel
}

export const nodeEngine = async ({
  relay,
  iceServers = [],
  publicUrl,
  offline = false,
  backend = memoryBackend(),
  check,
  migrations,
  sharing,
}: {
  relay?: string
  iceServers?: EngineSettings['iceServers']
  publicUrl?: string
  /** Whether the server that sends the settings is unreachable. */
  offline?: boolean
  backend?: Backend
  check?: CheckTimes
  /** The migrations that this program knows, instead of its own. */
  migrations?: readonly Migration[]
  /** Shares the open profile like several tabs of one browser profile. */
  sharing?: UnlockSharing
} = {}): Promise<NodeEngine> => {
  const [feed, connections, documents, index] = [channel(), channel(), channel(), channel()]
  const endConnections = serveConnections(connections.port1, { RTCPeerConnection: wrtc.RTCPeerConnection as never })
  const host = connectionHost(connections.port2)
  let sync: SyncModule | undefined
  const serveDocuments = await startDocuments({
    openBackend: async () => backend,
    feed: feedOver(feed.port1),
    examiner: examiner(nodeExaminerThread(inject('examinerThread'))),
    server: offline ? undefined : { publicUrl, relay, iceServers },
    ended: () => undefined,
    ...(sharing && { sharing }),
    migrations,
    modules(settings) {
      const network = networkModule(host, settings)
      sync = syncModule(network.host, settings, (url) => relayDiscovery(url, { WebSocket: WebSocket as never }))
      sync.discovery?.onTurnServers?.(network.useTurnServers)
      return [...featureModules(), network, checkModule(check), sync, pairingModule(network.host, sync, settings)]
    },
  })
  serveIndex(await loadSqlite(), feed.port2)(index.port2)
  serveDocuments(documents.port2)
  const client = portClient()
  client.attach({ documents: documents.port1, index: index.port1 })
  return {
    ...client,
    backend,
    until: (name, input, fits) =>
      new Promise((resolve, reject) => {
        const watching = client.watch(
          name,
          input,
          (value) => {
            if (!fits(value)) return
            queueMicrotask(() => watching.stop())
            resolve(value)
          },
          reject,
        )
      }),
    close() {
      endConnections()
      sync?.discovery?.close()
      for (const { port1, port2 } of [feed, connections, documents, index]) {
        port1.close()
        port2.close()
      }
    },
  }
}

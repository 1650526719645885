import wasm from '@automerge/automerge/automerge.wasm?url'
import { connectionHost } from '../network/adapter/host.ts'
import { loadAutomerge } from '../space/automerge.ts'
import { indexedDbBackend } from '../vault/indexeddb-backend.ts'
import { checkPart } from './check-part.ts'
import { startDocuments } from './documents.ts'
import { feedOver } from './feed.ts'
import { importPart } from './import-part.ts'
import { pairingPart } from './pairing-part.ts'
import { syncPart } from './sync-part.ts'
import type { ToDocuments } from './worker-messages.ts'

/** The database of this browser profile. */
const DATABASE = 'tessera'

export const startInWorker = async (
  { feed, connections, settings }: Extract<ToDocuments, { kind: 'begin' }>,
  ended: () => void,
): Promise<(port: MessagePort) => void> => {
  await loadAutomerge(wasm)
  const host = connectionHost(connections)
  return startDocuments({
    openBackend: () => indexedDbBackend(DATABASE),
    feed: feedOver(feed),
    server: settings,
    ended,
    parts(network) {
      const sync = syncPart(host, network)
      return [importPart(), checkPart(), sync, pairingPart(host, sync, network)]
    },
  })
}

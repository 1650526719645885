import wasm from '@automerge/automerge/automerge.wasm?url'
import { connectionHost } from '../network/adapter/host.ts'
import { loadAutomerge } from '../space/automerge.ts'
import { indexedDbBackend } from '../vault/indexeddb-backend.ts'
import { archivePart } from './archive-part.ts'
import { checkPart } from './check-part.ts'
import { conversionPart } from './conversion-part.ts'
import { copyPart } from './copy-part.ts'
import { startDocuments } from './documents.ts'
import { examiner } from './examiner.ts'
import examinerWorker from './examiner-worker.ts?worker&url'
import { exportPart } from './export-part.ts'
import { feedOver } from './feed.ts'
import { historyPart } from './history-part.ts'
import { importPart } from './import-part.ts'
import { networkPart } from './network-part.ts'
import { pairingPart } from './pairing-part.ts'
import { syncPart } from './sync-part.ts'
import { trustedScriptUrl } from './trusted-script-url.ts'
import { verifyPart } from './verify-part.ts'
import type { ToDocuments } from './worker-messages.ts'

/** The database of this browser profile. */
const DATABASE = 'tessera'

export const startInWorker = async (
  { feed, connections, settings: server }: Extract<ToDocuments, { kind: 'begin' }>,
  ended: () => void,
): Promise<(port: MessagePort) => void> => {
  await loadAutomerge(wasm)
  const host = connectionHost(connections)
  return startDocuments({
    openBackend: () => indexedDbBackend(DATABASE),
    feed: feedOver(feed),
    examiner: examiner(() => new Worker(trustedScriptUrl(examinerWorker), { type: 'module', name: 'examiner' })),
    server,
    ended,
    parts(settings) {
      const network = networkPart(host, settings)
      const sync = syncPart(network.host, settings)
      return [
        importPart(),
        historyPart(),
        exportPart(),
        conversionPart(),
        copyPart(),
        archivePart(),
        verifyPart(),
        network,
        checkPart(),
        sync,
        pairingPart(network.host, sync, settings),
      ]
    },
  })
}

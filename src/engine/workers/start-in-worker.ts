import wasm from '@automerge/automerge/automerge.wasm?url'
import { createStore, get, update } from 'idb-keyval'
import { connectionHost } from '../../network/adapter/host.ts'
import { loadAutomerge } from '../../space/automerge.ts'
import { indexedDbBackend } from '../../vault/backends/indexeddb-backend.ts'
import type { ToDocuments } from '../api/worker-messages.ts'
import { examiner } from '../examine/examiner.ts'
import { checkModule } from '../features/check.ts'
import { feedOver } from '../index/feed.ts'
import { pairingModule } from '../pairing/pairing.ts'
import { syncModule } from '../peers/sync.ts'
import { networkModule } from '../profile/network.ts'
import type { UnlockSharing } from '../profile/unlock-sharing.ts'
import { startDocuments } from './documents.ts'
import examinerWorker from './examiner-worker.ts?worker&url'
import { featureModules } from './feature-modules.ts'
import { trustedScriptUrl } from './trusted-script-url.ts'

/** The database of this browser profile. */
const DATABASE = 'tessera'

/** Counts how often the profile was locked. Outside the vault, because it is read before unlocking. It contains no secret. */
const lockStore = createStore('tessera-locks', 'counts')
const LOCKS = 'locks'
const readLocks = async (): Promise<number> => (await get<number>(LOCKS, lockStore)) ?? 0
const countLock = (): Promise<void> => update<number>(LOCKS, (count = 0) => count + 1, lockStore)

export const startInWorker = async (
  { feed, connections, settings: server }: Extract<ToDocuments, { kind: 'begin' }>,
  sharing: Pick<UnlockSharing, 'inherited' | 'share'>,
  ended: () => void,
): Promise<(port: MessagePort) => void> => {
  await loadAutomerge(wasm)
  const host = connectionHost(connections)
  return startDocuments({
    openBackend: () => indexedDbBackend(DATABASE),
    feed: feedOver(feed),
    examiner: examiner(() => new Worker(trustedScriptUrl(examinerWorker), { type: 'module', name: 'examiner' })),
    server,
    sharing: { ...sharing, readLocks, countLock },
    ended,
    modules(settings) {
      const network = networkModule(host, settings)
      const sync = syncModule(network.host, settings)
      sync.discovery?.onTurnServers?.(network.useTurnServers)
      return [...featureModules(), network, checkModule(), sync, pairingModule(network.host, sync, settings)]
    },
  })
}

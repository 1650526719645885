import { runStorageAdapterTests } from '@automerge/automerge-repo/helpers/tests/storage-adapter-tests.js'
import { acceptBackend } from './backend.acceptance.ts'
import { indexedDbBackend } from './indexeddb-backend.ts'
import { vaultStorageAdapter } from './storage-adapter.ts'
import { createVault } from './vault.ts'

const aName = () => `test-${crypto.randomUUID()}`

acceptBackend('a backend in IndexedDB', async () => {
  const name = aName()
  return { backend: await indexedDbBackend(name), again: () => indexedDbBackend(name) }
})

runStorageAdapterTests(async () => {
  const vault = await createVault(await indexedDbBackend(aName()), 'correct horse', {
    salt: new Uint8Array(16),
    memory: 8,
    iterations: 1,
  })
  await vault.addArea('lumen')
  return { adapter: vaultStorageAdapter(vault, 'lumen'), teardown: () => vault.close() }
}, 'a vault over IndexedDB')

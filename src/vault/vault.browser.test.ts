import { runStorageAdapterTests } from '@automerge/automerge-repo/helpers/tests/storage-adapter-tests.js'
import { promisifyRequest } from 'idb-keyval'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../bytes/encoding.ts'
import { acceptBackend } from './backends/backend.acceptance.ts'
import { indexedDbBackend } from './backends/indexeddb-backend.ts'
import { createVault } from './open-vault.ts'
import { vaultStorageAdapter } from './testing/storage-adapter.ts'

const aName = () => `test-${crypto.randomUUID()}`

acceptBackend('a backend in IndexedDB', async () => {
  const name = aName()
  return { backend: await indexedDbBackend(name), again: () => indexedDbBackend(name) }
})

describe('a write to IndexedDB', () => {
  it('is rejected with the error of the request that failed', async () => {
    const name = aName()
    const request = indexedDB.open(name, 1)
    // Two equal values violate this index. It is the only way to make a request fail rather than the commit.
    request.onupgradeneeded = () => request.result.createObjectStore('sealed').createIndex('equal', '', { unique: true })
    ;(await promisifyRequest(request)).close()
    const backend = await indexedDbBackend(name)
    const put = ['a', 'b'].map((each) => [[utf8(each)], Uint8Array.of(1)] as const)
    await expect(backend.write({ put, remove: [] })).rejects.toMatchObject({ name: 'ConstraintError' })
    expect(await backend.names([])).toEqual([])
  })
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

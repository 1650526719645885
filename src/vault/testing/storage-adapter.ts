import type { StorageAdapterInterface } from '@automerge/automerge-repo/slim'
import type { Vault } from '../vault.ts'

/** automerge-repo's storage interface over one area of a vault: everything it writes is sealed. */
export const vaultStorageAdapter = (vault: Vault, area: string): StorageAdapterInterface => ({
  load: (key) => vault.get(area, key),
  save: (key, value) => vault.write([{ area, key, value }]),
  remove: (key) => vault.write([{ area, key, value: undefined }]),
  async loadRange(prefix) {
    return (await vault.range(area, prefix)).map(([key, data]) => ({ key: [...key], data: data.slice() }))
  },
  async removeRange(prefix) {
    const found = await vault.range(area, prefix)
    await vault.write(found.map(([key]) => ({ area, key, value: undefined })))
  },
})

import { promisifyRequest, type UseStore } from 'idb-keyval'
import { VaultError } from '../errors.ts'
import type { Backend, Name } from './backend.ts'

const STORE = 'sealed'

/** IndexedDB compares arrays element by element and sorts arrays after byte strings, so this key is after all longer names. */
const behind = (prefix: Name): IDBValidKey => [...keyOf(prefix), []]

const rangeOf = (prefix: Name): IDBKeyRange | null =>
  prefix.length === 0 ? null : IDBKeyRange.bound(keyOf(prefix), behind(prefix))

const keyOf = (name: Name): ArrayBuffer[] => name.map((part) => part.slice().buffer as ArrayBuffer)
const nameOf = (key: IDBValidKey): Name => (key as ArrayBuffer[]).map((part) => new Uint8Array(part))

/** Like idb-keyval's store, but transactions are flushed to the disk, not only to the operating system. */
const strictStore =
  (database: IDBDatabase): UseStore =>
  async (mode, use) =>
    use(database.transaction(STORE, mode, { durability: 'strict' }).objectStore(STORE))

/**
 * Resolves when a transaction is on the disk. Ignores its `error` event, which bubbles from a request while `transaction.error` is
 * still null. The `abort` event follows and has the request's error.
 */
const committed = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () =>
      reject(transaction.error ?? new DOMException('The browser aborted a write to IndexedDB. Try again.', 'AbortError'))
  })

/** @param name of the database; each profile has its own */
export const indexedDbBackend = async (name: string): Promise<Backend> => {
  const request = indexedDB.open(name, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(STORE)
  const database = await promisifyRequest(request)
  const use = strictStore(database)

  return {
    async get(name) {
      const bytes: Uint8Array | undefined = await use('readonly', (store) => promisifyRequest(store.get(keyOf(name))))
      return bytes
    },
    range: (prefix) =>
      use('readonly', async (store) => {
        const range = rangeOf(prefix)
        const [keys, values] = await Promise.all([
          promisifyRequest(store.getAllKeys(range)),
          promisifyRequest(store.getAll(range)),
        ])
        return keys.map((key, index) => [nameOf(key), values[index] as Uint8Array] as const)
      }),
    async names(prefix) {
      const keys = await use('readonly', (store) => promisifyRequest(store.getAllKeys(rangeOf(prefix))))
      return keys.map(nameOf)
    },
    async write({ put, remove }) {
      try {
        await use('readwrite', (store) => {
          for (const name of remove) store.delete(keyOf(name))
          for (const [name, bytes] of put) store.put(bytes, keyOf(name))
          return committed(store.transaction)
        })
      } catch (error) {
        if (error instanceof DOMException && error.name === 'QuotaExceededError') {
          throw new VaultError(
            'storage-full',
            'The browser has no room left for this. Free some space on the device, then try again.',
            { cause: error },
          )
        }
        throw error
      }
    },
    async close() {
      database.close()
    },
  }
}

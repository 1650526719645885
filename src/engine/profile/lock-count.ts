import { createStore, get, update } from 'idb-keyval'

const COUNT = 'locks'

/** Apart from the vault: it is read before anything is unlocked, and holds no secret. */
const store = createStore('tessera-locks', 'counts')

/** How often the profile was locked in this browser profile. */
export const readLocks = async (): Promise<number> => (await get<number>(COUNT, store)) ?? 0

/** Resolves once the other tabs read the higher count. */
export const countLock = (): Promise<void> => update<number>(COUNT, (count = 0) => count + 1, store)

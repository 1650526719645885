/**
 * IndexedDB as libraries use it: whether a transaction ends on the disk is theirs to say, and Chromium's default is that it does
 * not. Here it can be said for them, and what they write be waited for where they have nothing to wait for.
 */

const writing = new Set<Promise<void>>()
let isStrict = false

const own = IDBDatabase.prototype.transaction

IDBDatabase.prototype.transaction = function (stores, mode, options) {
  const transaction = own.call(this, stores, mode, isStrict ? { ...options, durability: 'strict' } : options)
  if (mode !== 'readwrite') return transaction
  const over = new Promise<void>((resolve) => {
    for (const end of ['complete', 'abort']) transaction.addEventListener(end, () => resolve(), { once: true })
  })
  writing.add(over)
  void over.then(() => writing.delete(over))
  return transaction
}

/** From now on every transaction would survive a power cut, or is left to the library. */
export const setStrict = (strict: boolean): void => {
  isStrict = strict
}

/** Resolves when everything is over that was being written by now. */
export const written = async (): Promise<void> => {
  await Promise.all(writing)
}

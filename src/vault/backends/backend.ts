/** Where sealed bytes lie: IndexedDB, memory or files. Each one passes `backend.acceptance.ts`. */

/** A path of byte strings, as the vault makes them from keyed hashes. */
export type Name = readonly Uint8Array[]

export interface Write {
  readonly put: readonly (readonly [name: Name, bytes: Uint8Array])[]
  readonly remove: readonly Name[]
}

export interface Backend {
  get(name: Name): Promise<Uint8Array | undefined>
  /** Everything whose name begins with `prefix`, itself included; in no order that means anything. */
  range(prefix: Name): Promise<(readonly [name: Name, bytes: Uint8Array])[]>
  /** Only the names of these. */
  names(prefix: Name): Promise<Name[]>
  /**
   * All of it or nothing; removed first, then put. Resolves when it would survive a power cut.
   * @throws {VaultError} `storage-full` when there is no room; what stood there stands
   */
  write(write: Write): Promise<void>
  close(): Promise<void>
}

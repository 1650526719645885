/** Storage for sealed bytes: IndexedDB, memory or files. Each implementation passes `backend.acceptance.ts`. */

/** A path of byte strings, which the vault derives from keyed hashes. */
export type Name = readonly Uint8Array[]

export interface Write {
  readonly put: readonly (readonly [name: Name, bytes: Uint8Array])[]
  readonly remove: readonly Name[]
}

export interface Backend {
  get(name: Name): Promise<Uint8Array | undefined>
  /** All values whose names begin with `prefix`, including `prefix` itself, in no particular order. */
  range(prefix: Name): Promise<(readonly [name: Name, bytes: Uint8Array])[]>
  /** Only the names of these. */
  names(prefix: Name): Promise<Name[]>
  /**
   * Writes all or nothing: first removals, then values. Resolves when the write would survive a power cut.
   * @throws {VaultError} `storage-full`; nothing was written
   */
  write(write: Write): Promise<void>
  close(): Promise<void>
}

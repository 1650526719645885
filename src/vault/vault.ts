import type { Name } from './backends/backend.ts'
import type { Key } from './sealing.ts'

export type { Key } from './sealing.ts'

/** The area of the profile itself; every other area is a space. */
export const PROFILE = 'profile'

/** One value to write, or to remove when `value` is undefined. */
export interface VaultWrite {
  readonly area: string
  readonly key: Key
  readonly value: Uint8Array | undefined
  /** No value was ever stored under this key: saves a read. */
  readonly fresh?: true
}

/** This device's sealed storage, unlocked. */
export interface Vault {
  /**
   * Opens this vault for another worker of this browser profile, see `openVaultWithKey`. It cannot be extracted, is only kept in
   * memory, and is replaced by `changePassphrase` and `removeArea`.
   */
  readonly unlockKey: CryptoKey
  /** @throws {VaultError} `damaged` when the value was altered */
  get(area: string, key: Key): Promise<Uint8Array | undefined>
  /**
   * All values below `prefix`, in the order of writing; replacing the key of the profile loses that order there.
   * @param damaged gets the names of altered values, which the result omits
   * @throws {VaultError} `damaged` when a value was altered and `damaged` is not given
   */
  range(area: string, prefix: Key, damaged?: (name: Name) => void): Promise<(readonly [key: Key, value: Uint8Array])[]>
  /**
   * Writes all or nothing; resolves when the values would survive a power cut. Writes that wait for the disk share one flush.
   * @throws {VaultError} `storage-full`; nothing was written
   */
  write(writes: readonly VaultWrite[]): Promise<void>
  /** Gives an area its own random key; does nothing when it has one. */
  addArea(area: string): Promise<void>
  /**
   * Shreds an area: deletes its key and its values, and replaces the key encryption key, so that remains on the disk cannot be
   * opened later. `writes` are part of the same transaction.
   */
  removeArea(area: string, writes?: readonly VaultWrite[]): Promise<void>
  /** Also replaces the key encryption key: an older header that is put back opens nothing. */
  changePassphrase(from: string, to: string): Promise<void>
  /**
   * Reads all values, one at a time.
   * @param pause awaited before each value, so that more urgent work can run
   * @returns the areas in which a value was altered, removed, added or put back outside the vault; `PROFILE` for values of no area
   */
  check(areas?: readonly string[], pause?: () => Promise<void>): Promise<ReadonlySet<string>>
  /** Waits for calls that have begun, then drops all keys. Later calls are rejected with `closed`. */
  close(): Promise<void>
}

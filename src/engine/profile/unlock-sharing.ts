/** What a waiting tab needs to open the profile without the passphrase when the tab that has it open is closed. */
export interface SharedUnlock {
  /** Cannot be extracted. It travels between workers of this origin and is never stored. */
  readonly key: CryptoKey
  /** The lock count when the profile was opened. */
  readonly locks: number
}

/**
 * Shares an open profile among the tabs of one browser profile. Locking sends `undefined` to every tab and raises a stored counter
 * first: a tab that takes over before the message arrives finds a higher count than its own and asks for the passphrase.
 */
export interface UnlockSharing {
  /** From the tab that led before; undefined when it was locked, or when there was none. */
  readonly inherited: SharedUnlock | undefined
  /** How often the profile was locked in this browser profile. */
  readLocks(): Promise<number>
  countLock(): Promise<void>
  /** Hands the key to the waiting tabs; `undefined` makes them forget it. */
  share(unlock: SharedUnlock | undefined): void
}

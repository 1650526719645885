/** The data with which a waiting tab opens the profile without the passphrase when the leading tab is closed. */
export interface SharedUnlock {
  /** Non-extractable. It is sent between workers of this origin and never stored. */
  readonly key: CryptoKey
  /** The lock count when the profile was opened. */
  readonly locks: number
}

/**
 * Shares an open profile among the tabs of one browser profile. Locking increments a stored counter and sends `undefined` to every
 * tab. A tab that takes over before the message arrives finds a higher count than its own and asks for the passphrase.
 */
export interface UnlockSharing {
  /** From the previous leading tab; undefined when it was locked, or when there was none. */
  readonly inherited: SharedUnlock | undefined
  /** How often the profile was locked in this browser profile. */
  readLocks(): Promise<number>
  countLock(): Promise<void>
  /** Sends the key to the waiting tabs; `undefined` makes them forget it. */
  share(unlock: SharedUnlock | undefined): void
}

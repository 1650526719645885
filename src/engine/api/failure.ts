/** Every reason the engine refuses for. */
export type FailureCode =
  | 'wrong-passphrase'
  /** Too many wrong ones; `seconds` says how long. */
  | 'wait'
  | 'locked'
  | 'no-profile'
  | 'profile-exists'
  | 'newer'
  | 'damaged'
  | 'storage-full'
  | 'not-found'
  | 'not-ready'
  /** An archive is only looked at. */
  | 'read-only'
  | 'not-an-archive'
  /** A newer program has written in a space; `newer` is about files and storage. */
  | 'newer-version'
  | 'wrong-type'
  | 'bad-value'
  | 'bad-name'
  | 'too-large'
  /** `limit` says how many. */
  | 'too-many'
  | 'already-there'
  | 'csv-empty'
  | 'csv-binary'
  /** A quotation mark opened around row `row` never closes. */
  | 'csv-quote'
  /** `limit` records fit. */
  | 'csv-too-long'
  | 'code-garbled'
  | 'code-newer'
  | 'code-expired'
  | 'code-used'
  | 'relay-unreachable'
  | 'engine-lost'
  | 'version-mismatch'
  | 'unknown'

/** Why the engine refused. `code` is for the interface to find a sentence by; `message` is for whoever reads a report. */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure'

  constructor(
    readonly code: FailureCode,
    message: string,
    /** Figures that the sentence needs, such as seconds to wait. */
    readonly detail: Readonly<Record<string, string | number>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** What an error says, for a report or another message. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Why nothing is asked of a profile while none is open. */
export const locked = (): EngineFailure => new EngineFailure('locked', 'Tessera is locked. Unlock it first.')

/** Why nothing is made of a space whose document is awaited. */
export const notReady = (): EngineFailure => new EngineFailure('not-ready', 'This space is still arriving from another device.')

/** Whether the error reports stored data that was altered. */
export const isDamage = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'damaged'

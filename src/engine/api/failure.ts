/** Codes of engine errors. */
export type FailureCode =
  | 'wrong-passphrase'
  /** Too many wrong passphrases; `seconds` to wait. */
  | 'wait'
  | 'locked'
  | 'no-profile'
  | 'profile-exists'
  | 'newer'
  | 'damaged'
  | 'storage-full'
  | 'not-found'
  | 'not-ready'
  /** Archives cannot be edited. */
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

/** An engine error. The interface maps `code` to a sentence; `message` is for logs and reports. */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure'

  constructor(
    readonly code: FailureCode,
    message: string,
    /** Values for the sentence, such as seconds to wait. */
    readonly detail: Readonly<Record<string, string | number>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** The message of an error of any type. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The error of calls that need an open profile. */
export const locked = (): EngineFailure => new EngineFailure('locked', 'Tessera is locked. Unlock it first.')

/** The error of calls that need a document which has not arrived. */
export const notReady = (): EngineFailure =>
  new EngineFailure('not-ready', 'This space is still arriving from another device. Try again when it is here.')

/** Whether the error reports stored data that was altered. */
export const isDamage = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'damaged'

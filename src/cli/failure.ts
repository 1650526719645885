/** The exit codes of the process. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  passphrase: 3,
  noProfile: 4,
  inUse: 5,
  damaged: 6,
  newer: 7,
} as const
export type Exit = (typeof EXIT)[keyof typeof EXIT]

/** Why a command failed, as a message for the user. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'

  constructor(
    readonly exit: Exit,
    message: string,
  ) {
    super(message)
  }
}

/** Creates a failure for invalid arguments or options. */
export const usageFailure = (message: string): CommandFailure =>
  new CommandFailure(EXIT.usage, `${message}\nFor help, run: tessera --help`)

/** The exit codes for error codes of engine and storage; every other error code is `failed`. */
const EXITS: Readonly<Record<string, Exit>> = {
  'wrong-passphrase': EXIT.passphrase,
  'no-profile': EXIT.noProfile,
  'in-use': EXIT.inUse,
  damaged: EXIT.damaged,
  newer: EXIT.newer,
  'newer-version': EXIT.newer,
}

/** The `code` of an error, or `unknown`. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'

export const exitOf = (error: unknown): Exit =>
  error instanceof CommandFailure ? error.exit : (EXITS[codeOf(error)] ?? EXIT.failed)

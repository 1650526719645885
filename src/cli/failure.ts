/** How the process ends. */
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

/** Why a command was not carried out, in words for whoever typed it. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'

  constructor(
    readonly exit: Exit,
    message: string,
  ) {
    super(message)
  }
}

/** A command that cannot be meant as it was typed. */
export const usageFailure = (message: string): CommandFailure =>
  new CommandFailure(EXIT.usage, `${message}\nWhat is possible: tessera --help`)

/** What engine and storage refuse for, as exit codes; every other code is `failed`. */
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

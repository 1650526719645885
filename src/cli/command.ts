import type { Console } from './console.ts'
import type { Exit } from './failure.ts'
import type { CommandLineEngine } from './start-engine.ts'

/** All options of all commands. */
export const OPTIONS = {
  home: { type: 'string' },
  'take-over': { type: 'boolean' },
  help: { type: 'boolean' },
  json: { type: 'boolean' },
  csv: { type: 'boolean' },
  name: { type: 'string' },
  template: { type: 'string' },
  table: { type: 'string' },
  stop: { type: 'boolean' },
  record: { type: 'string' },
  limit: { type: 'string' },
  format: { type: 'string' },
  locale: { type: 'string' },
  force: { type: 'boolean' },
  exact: { type: 'boolean' },
  at: { type: 'string' },
  history: { type: 'boolean' },
  schema: { type: 'boolean' },
} as const
export type OptionName = keyof typeof OPTIONS

export type OptionValues = {
  readonly [Name in OptionName]?: ((typeof OPTIONS)[Name]['type'] extends 'string' ? string : boolean) | undefined
}

/** The input of a command: an unlocked engine, the arguments and options. */
export interface Call {
  readonly engine: CommandLineEngine
  readonly console: Console
  /** The arguments: all those in `takes`, followed by any in `may`. */
  readonly given: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly options: OptionValues
}

export interface Command {
  /** The names of required arguments, such as `SPACE`. */
  readonly takes: readonly string[]
  /** The names of optional arguments. */
  readonly may?: readonly string[]
  readonly options: readonly OptionName[]
  /** One line of help. */
  readonly does: string
  /** The command runs on a temporary engine without a stored profile. */
  readonly withoutProfile?: true
  run(call: Call): Promise<Exit>
}

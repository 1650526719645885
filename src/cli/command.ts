import type { Console } from './console.ts'
import type { Exit } from './failure.ts'
import type { CommandLineEngine } from './start-engine.ts'

/** Every option that some command takes. */
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

/** What a command works with: an engine that is unlocked, and what was typed. */
export interface Call {
  readonly engine: CommandLineEngine
  readonly console: Console
  /** As many as `takes` names, and of those in `may` what there is. */
  readonly given: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly options: OptionValues
}

export interface Command {
  /** What stands behind the name, such as `SPACE`. */
  readonly takes: readonly string[]
  /** What may stand behind that. */
  readonly may?: readonly string[]
  readonly options: readonly OptionName[]
  /** One line for the list of commands. */
  readonly does: string
  /** It is run over an engine that was started for it alone, and holds nothing. */
  readonly withoutProfile?: true
  run(call: Call): Promise<Exit>
}

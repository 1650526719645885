import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { messageOf } from '../engine/api/failure.ts'
import { type Call, type Command, OPTIONS, type OptionName, type OptionValues } from './command.ts'
import { init } from './commands/init.ts'
import { COMMANDS } from './commands.ts'
import type { Console } from './console.ts'
import { CommandFailure, codeOf, EXIT, type Exit, exitOf, usageFailure } from './failure.ts'
import { startEngine } from './start-engine.ts'
import { usage } from './usage.ts'

/** The environment of a run. */
export interface RunOptions {
  readonly console: Console
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The built file of `examiner-thread.ts`. */
  readonly examinerThread: string
}

/** Runs one command. @returns the exit code */
export const run = async (typed: readonly string[], options: RunOptions): Promise<Exit> => {
  const { console } = options
  try {
    return await carryOut(typed, options)
  } catch (error) {
    const exit = exitOf(error)
    const code = error instanceof CommandFailure ? '' : `${codeOf(error)}: `
    console.err(`tessera: ${code}${messageOf(error)}\n`)
    return exit
  }
}

const carryOut = async (typed: readonly string[], { console, environment, examinerThread }: RunOptions): Promise<Exit> => {
  const { options, given } = read(typed)
  const [name, ...rest] = given
  if (options.help || name === undefined) {
    if (!options.help) throw usageFailure('The command is missing.')
    console.out(usage())
    return EXIT.done
  }
  const passphrase = environment.TESSERA_PASSPHRASE ?? ''
  const command = name === 'init' ? init(passphrase) : COMMANDS[name]
  if (!command || (name !== 'init' && !Object.hasOwn(COMMANDS, name)))
    throw usageFailure(`There is no command "${name}". There are init, ${Object.keys(COMMANDS).join(', ')}.`)
  check(name, command, rest, options)
  if (command.withoutProfile) return runWithoutProfile(command, { console, environment, given: rest, options }, examinerThread)
  const home = options.home ?? environment.TESSERA_HOME
  if (home === undefined || home === '')
    throw usageFailure('The folder of the profile is missing. Pass --home DIR or set TESSERA_HOME.')
  if (passphrase === '')
    throw new CommandFailure(EXIT.passphrase, 'The passphrase is missing. Set the environment variable TESSERA_PASSPHRASE.')
  if (name !== 'init' && !existsSync(home)) throw noProfile(home)

  const engine = await startEngine(home, examinerThread, { takeOver: options['take-over'] ?? false })
  try {
    const { kind } = await engine.first('profile', undefined)
    if (name === 'init') {
      if (kind !== 'none') throw new CommandFailure(EXIT.failed, `There is a profile in ${home} already. It was left as it is.`)
    } else {
      if (kind === 'none') throw noProfile(home)
      await engine.call('unlock', { passphrase })
    }
    return await command.run({ engine, console, environment, given: rest, options })
  } finally {
    await engine.close()
  }
}

/** Runs a command with a temporary profile, which is not stored. */
const runWithoutProfile = async (command: Command, call: Omit<Call, 'engine'>, examinerThread: string): Promise<Exit> => {
  const engine = await startEngine(undefined, examinerThread)
  try {
    await engine.call('createProfile', { name: 'Look', passphrase: crypto.randomUUID() })
    return await command.run({ ...call, engine })
  } finally {
    await engine.close()
  }
}

/** Options that every command accepts. */
const OF_EVERY_COMMAND: readonly OptionName[] = ['home', 'take-over']

const noProfile = (home: string) =>
  new CommandFailure(EXIT.noProfile, `There is no profile in ${home}. Make one with: tessera --home ${home} init`)

const read = (typed: readonly string[]): { readonly options: OptionValues; readonly given: readonly string[] } => {
  try {
    const { values, positionals } = parseArgs({ args: [...typed], options: OPTIONS, allowPositionals: true })
    return { options: values, given: positionals }
  } catch (error) {
    throw usageFailure(messageOf(error))
  }
}

const check = (
  name: string,
  { takes, may = [], options: taken }: Command,
  given: readonly string[],
  options: OptionValues,
): void => {
  const line = ['tessera --home DIR', name, ...takes, ...may.map((each) => `[${each}]`)].join(' ')
  if (given.length < takes.length) throw usageFailure(`"${name}" lacks ${takes.slice(given.length).join(' and ')}: ${line}`)
  const most = takes.length + may.length
  if (given.length > most) throw usageFailure(`"${name}" does not know what to do with "${given[most]}": ${line}`)
  for (const option of Object.keys(options) as OptionName[])
    if (!OF_EVERY_COMMAND.includes(option) && !taken.includes(option)) throw usageFailure(`"${name}" has no option --${option}.`)
}

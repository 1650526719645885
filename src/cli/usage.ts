import { COMMANDS } from './commands.ts'

/** How the help shows each option. */
const OPTION_TEXTS: Readonly<Record<string, string>> = {
  json: '[--json]',
  csv: '[--csv]',
  name: '[--name DEVICE]',
  template: '[--template T]',
  table: '[--table NAME]',
  stop: '[--stop]',
  record: '[--record R]',
  limit: '[--limit N]',
  locale: '[--locale TAG]',
  format: '--format csv|json|sqlite',
  force: '[--force]',
  at: '[--at TIME]',
}

const lineOf = (name: string, takes: readonly string[], options: readonly string[], may: readonly string[] = []): string =>
  [name, ...takes, ...may.map((each) => `[${each}]`), ...options.map((option) => OPTION_TEXTS[option] ?? `[--${option}]`)].join(
    ' ',
  )

export const usage = (): string => {
  const commands = [
    [lineOf('init', [], ['name']), 'makes a profile in DIR'],
    ...Object.entries(COMMANDS).map(([name, { takes, options, may, does }]) => [lineOf(name, takes, options, may), does]),
  ]
  return `tessera --home DIR [--take-over] COMMAND …

${commands.map(([line, does]) => `  ${line}\n      ${does}`).join('\n')}

SPACE is a space's id, or its name where only one has it.
The passphrase is taken from the environment variable TESSERA_PASSPHRASE, DIR from TESSERA_HOME where --home is missing.
--take-over opens DIR although a process in another container or on another machine has not closed it.
Use it only when that process does not run any more.
Data is printed on standard output, everything else on standard error.

Exit codes: 0 done, 1 refused or failed, 2 not understood, 3 wrong or missing passphrase, 4 no profile in DIR,
5 DIR is in use by another process, 6 damaged, 7 written by a newer version.
More: docs/command-line.md
`
}

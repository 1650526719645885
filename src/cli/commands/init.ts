import { hostname } from 'node:os'
import type { Command } from '../command.ts'
import { EXIT } from '../failure.ts'

/** Runs on an engine that has no profile yet. */
export const init = (passphrase: string): Command => ({
  takes: [],
  options: ['name'],
  does: 'makes a profile in DIR',
  async run({ engine, console, options: { name = hostname() } }) {
    await engine.call('createProfile', { name, passphrase })
    console.err(`A profile called "${name}" was made. Nobody can read it without the passphrase.\n`)
    return EXIT.done
  },
})

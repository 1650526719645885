import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { archivePassphrase } from '../archive-passphrase.ts'
import type { Command } from '../command.ts'
import { CommandFailure, EXIT } from '../failure.ts'
import { findSpace } from '../find-space.ts'
import { writeWhole } from '../write-file.ts'

export const archive: Command = {
  takes: ['SPACE', 'FILE'],
  options: [],
  does: 'writes a space with all its history to one file, sealed with the passphrase in TESSERA_ARCHIVE_PASSPHRASE',
  async run({ engine, console, environment, given: [meant = '', path = ''] }) {
    const passphrase = archivePassphrase(environment)
    if (existsSync(path)) throw new CommandFailure(EXIT.failed, `${path} exists already. Choose another name.`)
    const space = await findSpace(engine, meant)
    const { content } = await engine.call('archiveSpace', { space, passphrase }, { signal: console.awaitEnding() })
    await writeWhole(resolve(path), content)
    console.err(`The space was written to ${path}. Nobody can read it without the passphrase of the archive.\n`)
    return EXIT.done
  },
}

import type { Command } from '../command.ts'
import { EXIT } from '../failure.ts'
import { findSpace } from '../find-space.ts'

export const copy: Command = {
  takes: ['SPACE', 'NAME'],
  options: [],
  does: 'copies a space without its history to a new space and prints its id',
  async run({ engine, console, given: [meant = '', name = ''] }) {
    const space = await findSpace(engine, meant)
    const made = await engine.call('copySpace', { space, name }, { signal: console.awaitEnding() })
    console.out(`${made.space}\n`)
    return EXIT.done
  },
}

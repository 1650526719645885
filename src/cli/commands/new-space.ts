import type { Command } from '../command.ts'
import { EXIT } from '../failure.ts'

export const newSpace: Command = {
  takes: ['NAME'],
  options: ['template'],
  does: 'makes a space, empty or after a template, and prints its id',
  async run({ engine, console, given: [name = ''], options: { template } }) {
    const { space } = await engine.call('createSpace', { name, ...(template !== undefined && { template }) })
    console.out(`${space}\n`)
    return EXIT.done
  },
}

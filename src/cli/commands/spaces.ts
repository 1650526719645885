import type { Command } from '../command.ts'
import { printJson } from '../console.ts'
import { EXIT } from '../failure.ts'
import { spacesOf } from '../find-space.ts'

export const spaces: Command = {
  takes: [],
  options: ['json'],
  does: 'lists the spaces: id and name',
  async run({ engine, console, options }) {
    const found = await spacesOf(engine)
    if (options.json) {
      printJson(
        console,
        found.map(({ id, name, arriving, damaged }) => ({ id, name, arriving, damaged })),
      )
    } else for (const { id, name } of found) console.out(`${id}\t${name}\n`)
    return EXIT.done
  },
}

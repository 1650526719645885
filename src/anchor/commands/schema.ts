import type { Command } from '../command.ts'
import { printJson } from '../console.ts'
import { EXIT } from '../failure.ts'
import { findSpace } from '../find-space.ts'

export const schema: Command = {
  takes: ['SPACE'],
  options: ['json'],
  does: 'prints the tables and fields of a space as JSON',
  async run({ engine, console, given: [meant = ''] }) {
    const space = await findSpace(engine, meant)
    const { schema } = await engine.first('schema', { space }, ({ ready }) => ready)
    const { name, icon, colour, description, version, tables } = schema
    printJson(console, { id: space, name, icon, colour, description, version, tables })
    return EXIT.done
  },
}

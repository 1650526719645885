import type { Command } from '../command.ts'
import { counted, countedDone } from '../counted.ts'
import { EXIT } from '../failure.ts'

export const verify: Command = {
  takes: [],
  options: [],
  does: 'looks at everything that is stored, every document and every index; prints what is wrong',
  async run({ engine, console }) {
    const { problems, spaces } = await engine.call('verify')
    const told = [
      ...problems.map((problem) => `profile: ${problem}\n`),
      ...spaces.flatMap(({ id, name, problems }) => problems.map((problem) => `${id} "${name}": ${problem}\n`)),
    ]
    for (const line of told) console.out(line)
    const records = spaces.reduce((sum, space) => sum + space.records, 0)
    console.err(
      `${counted(spaces.length, 'space')} with ${countedDone(records, 'record')} looked at: ${told.length === 0 ? 'all is well' : 'see above'}.\n`,
    )
    return told.length === 0 ? EXIT.done : EXIT.damaged
  },
}

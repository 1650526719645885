import type { Command } from '../command.ts'
import { counted, countedDone } from '../counted.ts'
import { EXIT } from '../failure.ts'

export const verify: Command = {
  takes: [],
  options: [],
  does: 'checks everything that is stored, every document and every index, and prints the problems',
  async run({ engine, console }) {
    const { problems, spaces } = await engine.call('verify')
    const lines = [
      ...problems.map((problem) => `profile: ${problem}\n`),
      ...spaces.flatMap(({ id, name, problems }) => problems.map((problem) => `${id} "${name}": ${problem}\n`)),
    ]
    for (const line of lines) console.out(line)
    const records = spaces.reduce((sum, space) => sum + space.records, 0)
    console.err(
      `${counted(spaces.length, 'space')} with ${countedDone(records, 'record')} checked: ${lines.length === 0 ? 'no problems found' : 'see above'}.\n`,
    )
    return lines.length === 0 ? EXIT.done : EXIT.damaged
  },
}

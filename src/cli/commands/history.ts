import type { Command } from '../command.ts'
import { findSpace } from '../find-space.ts'
import { limitOf } from '../print-answer.ts'
import { printHistory } from '../print-history.ts'

export const history: Command = {
  takes: ['SPACE'],
  options: ['record', 'limit', 'json'],
  does: 'prints what was done, by which device and when, newest first, as JSON',
  async run({ engine, console, given: [meant = ''], options }) {
    limitOf(options)
    return printHistory(engine, console, await findSpace(engine, meant), options)
  },
}

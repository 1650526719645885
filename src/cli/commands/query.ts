import type { Command } from '../command.ts'
import { findSpace } from '../find-space.ts'
import { limitOf, printAnswer } from '../print-answer.ts'
import { timeOf } from '../time-of.ts'

export const query: Command = {
  takes: ['SPACE', 'SQL'],
  options: ['json', 'csv', 'exact', 'limit'],
  does: 'runs one SELECT over the tables under their names, and prints its rows',
  async run({ engine, console, given: [meant = '', sql = ''], options }) {
    const limit = limitOf(options)
    const space = await findSpace(engine, meant)
    return printAnswer(console, await engine.call('querySql', { space, sql, limit }), options)
  },
}

export const at: Command = {
  takes: ['SPACE', 'TIME', 'SQL'],
  options: ['json', 'csv', 'exact', 'limit'],
  does: 'the same, on the space as of a time: ISO 8601, or seconds since 1970',
  async run({ engine, console, given: [meant = '', typed = '', sql = ''], options }) {
    const [limit, time] = [limitOf(options), timeOf(typed)]
    const space = await findSpace(engine, meant)
    return printAnswer(console, await engine.call('querySql', { space, sql, limit, at: { time } }), options)
  },
}

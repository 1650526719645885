import type { Command } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { findSpace } from '../find-space.ts'
import { limitOf, printAnswer } from '../print-answer.ts'

export const query: Command = {
  takes: ['SPACE', 'SQL'],
  options: ['json', 'csv', 'limit'],
  does: 'runs one SELECT over the tables under their names, and prints its rows',
  async run({ engine, console, given: [meant = '', sql = ''], options }) {
    const limit = limitOf(options)
    const space = await findSpace(engine, meant)
    return printAnswer(console, await engine.call('querySql', { space, sql, limit }), options)
  },
}

export const at: Command = {
  takes: ['SPACE', 'TIME', 'SQL'],
  options: ['json', 'csv', 'limit'],
  does: 'the same over the space as it was at a time: ISO 8601, or seconds since 1970',
  async run({ engine, console, given: [meant = '', typed = '', sql = ''], options }) {
    const [limit, time] = [limitOf(options), timeOf(typed)]
    const space = await findSpace(engine, meant)
    return printAnswer(console, await engine.call('querySql', { space, sql, limit, at: { time } }), options)
  },
}

/** Seconds since 1970. A time without a zone is that of this machine, a day begins at its midnight. */
const timeOf = (typed: string): number => {
  if (/^\d+(\.\d+)?$/.test(typed) && typed.length > 4) return Number(typed)
  const iso = /^\d{4}-\d\d-\d\d$/.test(typed) ? `${typed}T00:00:00` : typed
  const time = /^\d{4}-\d\d-\d\dT/.test(iso) ? Date.parse(iso) : Number.NaN
  if (Number.isNaN(time)) throw usageFailure(`TIME is such as 2026-11-21T09:30:00Z, or seconds since 1970; got "${typed}".`)
  return time / 1_000
}

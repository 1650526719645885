import { archivePassphrase } from '../archive-passphrase.ts'
import type { Command } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { limitOf, printAnswer } from '../print-answer.ts'
import { printHistory } from '../print-history.ts'
import { printSchema } from '../print-schema.ts'
import { readGiven } from '../read-given.ts'
import { timeOf } from '../time-of.ts'

/** Runs on a temporary engine: reading an archive needs no profile. */
export const look: Command = {
  takes: ['FILE'],
  may: ['SQL'],
  options: ['at', 'json', 'csv', 'exact', 'limit', 'history', 'schema'],
  does: 'opens an archive and runs one SELECT over it (with --at, as of a time), or prints its history or its tables; needs no DIR',
  withoutProfile: true,
  async run({ engine, console, environment, given: [path = '', sql], options }) {
    const passphrase = archivePassphrase(environment)
    const what = [sql !== undefined, options.history, options.schema].filter(Boolean).length
    if (what !== 1) throw usageFailure('Pass either SQL, or --history, or --schema.')
    const at = options.at === undefined ? {} : { at: { time: timeOf(options.at) } }
    if (options.at !== undefined && sql === undefined) throw usageFailure('--at goes with SQL.')
    const limit = limitOf(options)
    const file = await readGiven(path)
    const { archive } = await engine.call('openArchive', { file, passphrase })
    if (options.history) return printHistory(engine, console, archive, options)
    if (options.schema || sql === undefined) return printSchema(engine, console, archive)
    return printAnswer(console, await engine.call('querySql', { space: archive, sql, limit, ...at }), options)
  },
}

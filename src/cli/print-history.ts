import type { SpaceId } from '../engine/api/engine.ts'
import type { OptionValues } from './command.ts'
import { type Console, printJson } from './console.ts'
import { EXIT, type Exit } from './failure.ts'
import { limitOf } from './print-answer.ts'
import type { CommandLineEngine } from './start-engine.ts'

/** Entries per request. */
const PAGE = 1_000

/** Prints the history of a space or a record as JSON, newest first. */
export const printHistory = async (
  engine: CommandLineEngine,
  console: Console,
  space: SpaceId,
  options: OptionValues,
): Promise<Exit> => {
  const most = limitOf(options, Number.POSITIVE_INFINITY)
  const record = options.record === undefined ? {} : { record: options.record as never }
  const entries: unknown[] = []
  let before: number | undefined
  do {
    const limit = Math.min(PAGE, most - entries.length)
    const page = await engine.call('history', { space, limit, ...record, ...(before !== undefined && { before }) })
    for (const entry of page.entries) entries.push({ ...entry, time: new Date(entry.time * 1_000).toISOString() })
    before = page.next
  } while (before !== undefined && entries.length < most)
  printJson(console, entries)
  return EXIT.done
}

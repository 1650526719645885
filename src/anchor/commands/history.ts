import type { Command } from '../command.ts'
import { printJson } from '../console.ts'
import { EXIT } from '../failure.ts'
import { findSpace } from '../find-space.ts'
import { limitOf } from '../print-answer.ts'

/** Entries asked for at a time. */
const PAGE = 1_000

export const history: Command = {
  takes: ['SPACE'],
  options: ['record', 'limit', 'json'],
  does: 'prints what was done, by which device and when, newest first, as JSON',
  async run({ engine, console, given: [meant = ''], options }) {
    const most = limitOf(options, Number.POSITIVE_INFINITY)
    const space = await findSpace(engine, meant)
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
  },
}

import { basename, extname } from 'node:path'
import type { Command } from '../command.ts'
import { countedDone } from '../counted.ts'
import { EXIT, usageFailure } from '../failure.ts'
import { findSpace } from '../find-space.ts'
import { readGiven } from '../read-given.ts'

export const importFile: Command = {
  takes: ['SPACE', 'FILE'],
  options: ['table', 'exact', 'locale'],
  does: 'imports a file of comma-separated values into a new table, named like the file unless --table is given, and prints its id; --locale de reads 1.234 and 3/4/2026 as in German',
  async run({ engine, console, given: [meant = '', path = ''], options }) {
    const space = await findSpace(engine, meant)
    const file = await readGiven(path)
    const { locale } = options
    if (locale !== undefined && !isLocale(locale))
      throw usageFailure(`--locale takes a language tag such as de or en-GB, got "${locale}".`)
    const { guess } = await engine.call('previewCsv', {
      file,
      ...(options.exact && { guess: { exact: true } }),
      ...(locale !== undefined && { locale }),
    })
    const table = options.table ?? basename(path, extname(path))
    const made = await engine.call('importCsv', { space, file, table, guess })
    console.out(`${made.table}\n`)
    const kept = made.unfit === 0 ? '' : `; ${made.unfit} cells do not fit their column's type and are kept as they are`
    console.err(`${countedDone(made.records, 'record')} imported into "${table}"${kept}.\n`)
    return EXIT.done
  },
}

const isLocale = (tag: string): boolean => {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0
  } catch {
    return false
  }
}

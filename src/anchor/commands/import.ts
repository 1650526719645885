import { basename, extname } from 'node:path'
import type { Command } from '../command.ts'
import { countedDone } from '../counted.ts'
import { EXIT } from '../failure.ts'
import { findSpace } from '../find-space.ts'
import { readGiven } from '../read-given.ts'

export const importFile: Command = {
  takes: ['SPACE', 'FILE'],
  options: ['table', 'exact'],
  does: 'makes a table of a file of comma-separated values, called like the file unless named, and prints its id',
  async run({ engine, console, given: [meant = '', path = ''], options }) {
    const space = await findSpace(engine, meant)
    const file = await readGiven(path)
    const { guess } = await engine.call('previewCsv', { file, ...(options.exact && { guess: { exact: true } }) })
    const table = options.table ?? basename(path, extname(path))
    const made = await engine.call('importCsv', { space, file, table, guess })
    console.out(`${made.table}\n`)
    const kept = made.unfit === 0 ? '' : `; ${made.unfit} cells do not fit their column's type and are kept as they are`
    console.err(`${countedDone(made.records, 'record')} imported into "${table}"${kept}.\n`)
    return EXIT.done
  },
}

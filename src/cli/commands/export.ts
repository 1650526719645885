import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { ExportFormat } from '../../engine/api/engine.ts'
import type { Command } from '../command.ts'
import { countedDone } from '../counted.ts'
import { CommandFailure, EXIT, usageFailure } from '../failure.ts'
import { findSpace } from '../find-space.ts'
import { FOLDER_MODE, unfinishedName, writeDurably } from '../write-file.ts'

const FORMATS: readonly string[] = ['csv', 'json', 'sqlite'] satisfies readonly ExportFormat[]

export const exportSpace: Command = {
  takes: ['SPACE', 'OUT'],
  options: ['format', 'force', 'exact'],
  does: 'writes a space to OUT: for csv a folder with a file for each table, for json and sqlite one file',
  async run({ engine, console, given: [meant = '', out = ''], options: { format, force, exact } }) {
    if (format === undefined || !FORMATS.includes(format)) throw usageFailure('--format is csv, json or sqlite.')
    if (exact && format !== 'csv')
      throw usageFailure('--exact goes with --format csv: only CSV files are changed for spreadsheets.')
    if (existsSync(out) && !force)
      throw new CommandFailure(EXIT.failed, `${out} exists already. Choose another name, or replace it with --force.`)
    if (force) await checkReplaceable(out, format)
    const space = await findSpace(engine, meant)
    const files = await engine.call('exportSpace', { space, format: format as ExportFormat, ...(exact && { exact }) })
    const target = resolve(out)
    const unfinished = unfinishedName(target)
    try {
      if (format === 'csv') {
        await mkdir(unfinished, { mode: FOLDER_MODE })
        for (const { name, content } of files) await writeDurably(join(unfinished, name), content)
      } else for (const { content } of files) await writeDurably(unfinished, content)
      if (force && existsSync(target)) await rm(target, { recursive: true, force: true })
      await rename(unfinished, target)
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true })
      throw error
    }
    console.err(`${countedDone(files.length, 'file')} written to ${out}.\n`)
    return EXIT.done
  },
}

/** Only an earlier export may be replaced. */
const checkReplaceable = async (out: string, format: string): Promise<void> => {
  const entry = await stat(out).catch(() => undefined)
  if (!entry || (format !== 'csv' && entry.isFile())) return
  const isExport = format === 'csv' && entry.isDirectory() && (await readdir(out)).every((name) => name.endsWith('.csv'))
  if (!isExport)
    throw new CommandFailure(EXIT.failed, `${out} is not an earlier export and was not replaced. Choose another name.`)
}

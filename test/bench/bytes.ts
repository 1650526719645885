import type { CommandLineEngine } from '../../src/cli/start-engine.ts'
import type { RecordId, SpaceId } from '../../src/engine/api/engine.ts'
import { importInto } from './support/engine-threads.ts'
import type { Figure } from './support/figure.ts'
import { keptBytes } from './support/file-profile.ts'
import { wideTable } from './support/wide-table.ts'

/** Times that a cell is set in the space with a long history, and records that they are spread over. */
const EDITS = 20_000
const EDITED = 1_000
/** Commits that wait at one time. */
const TOGETHER = 500

/** Milliseconds after which a space that is left alone is compacted, and the copy of its index kept. */
const REST = 10_000

/** How many times the bytes of the document and of the copy of its index a profile may take. */
const MUST = 1.3

const importWide = async (engine: CommandLineEngine, rows?: number) => {
  const { space } = await engine.call('createSpace', { name: 'Wide' })
  await engine.first('schema', { space }, ({ ready }) => ready)
  const { table } = await importInto(engine, space, wideTable(rows))
  return { space, table }
}

/** A space that is made by one import. */
const wide =
  (rows?: number) =>
  async (engine: CommandLineEngine): Promise<SpaceId> => {
    const { space } = await importWide(engine, rows)
    return settled(engine, space)
  }

/** What a space of so many records takes at rest, sealed. */
export const bytesOf = async (rows: number): Promise<number> => (await keptBytes(wide(rows))).stored

/** A space whose history is far longer than itself: one cell a change. */
const edited = async (engine: CommandLineEngine): Promise<SpaceId> => {
  const { space, table } = await importWide(engine, EDITED)
  const { rows } = await engine.first('window', { space, table, offset: 0, limit: 500 }, (window) => window.rows.length > 0)
  const { schema } = await engine.first('schema', { space }, ({ schema }) => schema.tables.some(({ id }) => id === table))
  const fields = schema.tables.find(({ id }) => id === table)?.fields.filter(({ type }) => type === 'text') ?? []
  for (let at = 0; at < EDITS; at += TOGETHER) {
    await Promise.all(
      Array.from({ length: TOGETHER }, (_, index) => {
        const number = at + index
        const record = rows[(number * 7_919) % rows.length]?.id as RecordId
        const field = fields[number % fields.length]?.id ?? ''
        return engine.call('commit', { space, edits: [{ do: 'set', table, record, field, value: `edited ${number}` }] })
      }),
    )
  }
  return settled(engine, space)
}

/** The space, once it is left alone for long enough to be compacted, and to have its history in the copy. */
const settled = async (engine: CommandLineEngine, space: SpaceId): Promise<SpaceId> => {
  await engine.call('history', { space, limit: 1 })
  await new Promise((resolve) => setTimeout(resolve, REST))
  return space
}

/**
 * What a profile takes at rest, sealed: beside its document, as Automerge saves it, and the copy of its index, both in the open.
 * `-files` is the same as the files in the folder have it, `-index` the copy beside the document.
 */
export const bytes = async (): Promise<Figure[]> => {
  const figures: Figure[] = []
  for (const [name, work] of [
    ['wide', wide()],
    ['history', edited],
  ] as const) {
    const { stored, files, document, index, parts } = await keptBytes(work)
    if (parts > 1) throw new Error(`The space is not compacted: its document lies in ${parts} parts.`)
    const beside = document + index
    figures.push(
      { name: `bytes/${name}`, value: stored, unit: 'bytes', beside, must: MUST },
      { name: `bytes/${name}-files`, value: files, unit: 'bytes', beside },
      { name: `bytes/${name}-index`, value: index, unit: 'bytes', beside: document },
    )
  }
  return figures
}

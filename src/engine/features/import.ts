import { fromUtf8, utf8 } from '../../bytes/encoding.ts'
import { CsvError } from '../../exchange/csv/errors.ts'
import { previewCsv, RECORD_LIMIT } from '../../exchange/csv/preview.ts'
import { readCsv } from '../../exchange/csv/read-csv.ts'
import { typedRows } from '../../exchange/csv/typed-rows.ts'
import { typingLocale } from '../../space/cells/typed.ts'
import { addBulk, BULK_RECORDS, type Bulk, beginBulk, dropBulk, endBulk } from '../../space/edits/bulk.ts'
import type { Edit } from '../../space/edits/edits.ts'
import type { FieldId, SpaceId, TableId } from '../../space/ids.ts'
import { commitEdits } from '../../space/space.ts'
import { PROFILE, type Vault } from '../../vault/vault.ts'
import type { Calls } from '../api/engine.ts'
import { EngineFailure } from '../api/failure.ts'
import { report } from '../api/report.ts'
import type { CallContext } from '../api/rpc.ts'
import { whileOpen } from '../profile/while-open.ts'
import { backgroundWork } from '../scheduling/background-work.ts'
import { unixSeconds } from '../scheduling/clock.ts'
import type { SpaceSession } from '../spaces/space-session.ts'
import type { EngineModule } from '../workers/engine-module.ts'

/** Values per change: well below the limit that other devices accept. */
const BULK_VALUES = 75_000

/** Imports CSV files. */
export const importModule = (): EngineModule => {
  const { opened, current, follow } = whileOpen()
  const background = backgroundWork(report)

  const importCsv = async (
    { space, file, table, guess, first = RECORD_LIMIT }: Parameters<Calls['importCsv']>[0],
    { signal, progress }: CallContext,
  ): Promise<ReturnType<Calls['importCsv']>> => {
    const { profile, core } = opened()
    const { vault } = profile
    const session = await profile.open(space)
    const typed = typedRows(guess.columns, guess.delimiter)
    const size = Math.max(1, Math.min(BULK_RECORDS, Math.floor(BULK_VALUES / Math.max(1, guess.columns.length))))
    let bulk: Bulk | undefined
    let records = 0
    let expected = 0
    let waiting: ReturnType<typeof typed.take>[] = []
    let skip = guess.header

    const flush = async (target: Bulk) => {
      signal.throwIfAborted()
      const rows = waiting
      waiting = []
      if (rows.length === 0) return
      await session.write((space) => addBulk(space, target, rows, unixSeconds()))
      records += rows.length
      progress(records, Math.max(records, expected))
    }

    try {
      const fields = guess.columns.map(({ name, type }) => ({ name, type }))
      await session.write((space) => {
        const begun = beginBulk(space, table, fields, unixSeconds())
        bulk = begun.bulk
        return begun.committed
      })
      const target = bulk as Bulk | undefined
      if (!target) throw new EngineFailure('not-ready', 'The import could not start. Try again.')
      await noteUnfinished(vault, space, target.table)
      for await (const { rows, bytes } of readCsv(file, guess, signal)) {
        expected = Math.round(((records + rows.length) * file.size) / bytes)
        for (const cells of rows) {
          if (skip) skip = false
          else if (records + waiting.length >= first) break
          else waiting.push(typed.take(cells))
          if (waiting.length >= size) await flush(target)
        }
        await flush(target)
        if (records >= first) break
        if (records >= RECORD_LIMIT)
          throw new EngineFailure('csv-too-long', `The file has more records than the limit of ${RECORD_LIMIT}.`, {
            limit: RECORD_LIMIT,
          })
      }
      if (records === 0) throw new CsvError('csv-empty', 'The file has no records below its header.')
      await session.write((space, answers) => commitEdits(space, optionEdits(target, typed.options), unixSeconds(), answers))
      // Wait for the index before the table becomes visible: otherwise a part of it would be displayed.
      await core.indexed(space)
      signal.throwIfAborted()
      const ended = await session.write((space) => endBulk(space, target, unixSeconds()))
      if (ended) session.remember(ended.step)
      await vault.write([{ area: PROFILE, key: ['import', space], value: undefined }])
      return { table: target.table, records, unfit: typed.unfit }
    } catch (error) {
      const given = bulk as Bulk | undefined
      if (given) await giveUp(vault, session, given.table)
      throw error
    }
  }

  return {
    calls: {
      previewCsv: ({ file, guess, locale }) => previewCsv(file, guess, locale === undefined ? undefined : typingLocale(locale)),
      importCsv,
    },
    watches: {},
    profileOpened: follow.profileOpened,
    spaceOpened(session) {
      const vault = current()?.profile.vault
      if (vault) background.run(() => giveUpUnfinished(vault, session))
    },
    async ended() {
      await follow.ended()
      await background.ended()
    },
  }
}

const optionEdits = (bulk: Bulk, options: ReturnType<typeof typedRows>['options']): Edit[] =>
  [...options].flatMap(([column, names]) =>
    [...names].map(([name, id]): Edit => ({ do: 'update-field', field: bulk.fields[column] as FieldId, option: { id, name } })),
  )

const noteUnfinished = (vault: Vault, space: SpaceId, table: TableId): Promise<void> =>
  vault.write([{ area: PROFILE, key: ['import', space], value: utf8(table) }])

const giveUp = async (vault: Vault, session: SpaceSession, table: TableId): Promise<void> => {
  await session.write((space) => dropBulk(space, table, unixSeconds()))
  await vault.write([{ area: PROFILE, key: ['import', session.id], value: undefined }])
}

/** Removes an import that was interrupted by the end of the program. */
const giveUpUnfinished = async (vault: Vault, session: SpaceSession): Promise<void> => {
  const table = await vault.get(PROFILE, ['import', session.id])
  if (table) await giveUp(vault, session, fromUtf8(table) as TableId)
}

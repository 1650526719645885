import { newActor } from '../../people/device-keys.ts'
import { allConflicts, type Conflict, conflictsOf } from '../../space/conflicts.ts'
import { compareSpaces, recordDifferences } from '../../space/history/compare.ts'
import { changesAt, pastSpace, type When } from '../../space/history/past.ts'
import { differencesTo, putBackTo, type Restorable, restoreCounts } from '../../space/history/restore.ts'
import type { SpaceId } from '../../space/ids.ts'
import { closeSpace, type Space } from '../../space/space.ts'
import type { SqlAnswer } from '../api/engine.ts'
import { EngineFailure } from '../api/failure.ts'
import { IndexFeeder, temporaryIndexId } from '../index/index-feeder.ts'
import { deviceNames } from '../profile/device-names.ts'
import { whileOpen } from '../profile/while-open.ts'
import { unixSeconds } from '../scheduling/clock.ts'
import { turn } from '../scheduling/turn.ts'
import type { SpaceSession } from '../spaces/space-session.ts'
import type { EngineModule } from '../workers/engine-module.ts'

/** The default limit of SQL rows. */
const ROWS = 10_000
/** The default limit of history entries, and the limit of conflicts. */
const ENTRIES = 1_000

/** The history of spaces, past states, comparing and restoring; and SQL over the current or a past state. */
export const historyModule = (): EngineModule => {
  const { opened, follow } = whileOpen()
  let states = 0

  const ready = (id: SpaceId): Promise<SpaceSession> => opened().core.ready(id)

  /** A past state, closed when `work` is done. */
  const inPast = async <T>(session: SpaceSession, when: When, work: (past: Space) => T | Promise<T>): Promise<T> => {
    const { handle } = session.space().resident
    const hashes = changesAt(handle, when)
    const { first } = session.membership
    if (!hashes.includes(first))
      throw new EngineFailure('not-found', 'This space did not exist at that time: its first change is later.')
    const past = pastSpace(session.space(), hashes, first, newActor(session.keys.sign.publicKey))
    try {
      return await work(past)
    } finally {
      closeSpace(past)
    }
  }

  const sqlInPast = (session: SpaceSession, when: When, sql: string, limit: number): Promise<SqlAnswer> =>
    inPast(session, when, async (past) => {
      states += 1
      const id = temporaryIndexId(session.id, states)
      const { feed } = opened().core
      try {
        await new IndexFeeder({ id, space: () => past }, feed).fill()
        return await feed.ask('sql', { space: id, sql, limit })
      } finally {
        await feed.send({ kind: 'forget', space: id })
      }
    })

  return {
    calls: {
      async querySql({ space, sql, limit = ROWS, at }) {
        const session = await ready(space)
        if (at !== undefined) return sqlInPast(session, at, sql, limit)
        return opened().core.feed.ask('sql', { space, sql, limit })
      },
      async history({ space, record, limit = ENTRIES, before }) {
        await opened().core.show(space).history()
        return opened().core.feed.ask('history', { space, record, limit, before })
      },
      async conflicts({ space, table, record }) {
        const session = await ready(space)
        if (table !== undefined && record !== undefined) return conflictsOf(session.space(), table, record)
        const found: Conflict[] = []
        for (const some of allConflicts(session.space())) {
          found.push(...some)
          if (found.length >= ENTRIES) break
          await turn()
        }
        return found
      },
      deviceNames: async ({ space }) => deviceNames(opened().profile, await ready(space)),
      async compare({ space, from, to }) {
        const session = await ready(space)
        return inPast(session, from, (earlier) => {
          const differences = (later: Space) => recordDifferences(compareSpaces(earlier, later), later)
          return to === undefined ? differences(session.space()) : inPast(session, to, differences)
        })
      },
      async previewPutBack({ space, to, what }) {
        const session = await ready(space)
        return inPast(session, to, (past) => restoreCounts(differencesTo(past, session.space(), what)))
      },
      async putBack({ space, to, what }: { space: SpaceId; to: When; what: Restorable }) {
        const session = await ready(space)
        return inPast(session, to, async (past) => {
          const committed = await session.write((present) =>
            putBackTo(present, differencesTo(past, present, what), unixSeconds()),
          )
          if (committed) session.remember(committed.step)
          return { change: committed?.change }
        })
      },
    },
    watches: {},
    ...follow,
  }
}

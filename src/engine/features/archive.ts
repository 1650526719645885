import { newDeviceKeys } from '../../people/device-keys.ts'
import type { SpaceId } from '../../space/ids.ts'
import type { Schema } from '../../space/schema.ts'
import { openSealedFile, sealFile } from '../../vault/sealed-file.ts'
import type { Calls } from '../api/engine.ts'
import { EngineFailure, locked, messageOf, notReady } from '../api/failure.ts'
import { report } from '../api/report.ts'
import type { CallContext } from '../api/rpc.ts'
import { subscribable } from '../api/subscribable.ts'
import type { Examiner } from '../examine/examiner.ts'
import { IndexFeeder, temporaryIndexId } from '../index/index-feeder.ts'
import { spaceIdOf } from '../profile/founding.ts'
import { whileOpen } from '../profile/while-open.ts'
import { unixSeconds } from '../scheduling/clock.ts'
import { openSession } from '../spaces/open-session.ts'
import type { SpaceSession } from '../spaces/space-session.ts'
import type { SpaceStore } from '../spaces/space-store.ts'
import type { EngineModule } from '../workers/engine-module.ts'
import { type ArchivedSpace, encodeArchive, unproven } from './archive-file.ts'

/** An open archive. */
interface OpenArchive {
  readonly session: SpaceSession
  /** Resolves when everything has been sent to the index. */
  fed(): Promise<void>
}

/** Saves whole spaces as archive files, and opens such files read-only. */
export const archiveModule = (): EngineModule => {
  const { opened, current, follow } = whileOpen()
  let shown = 0
  const open = new Map<SpaceId, OpenArchive>()

  const close = async (id: SpaceId): Promise<void> => {
    const closing = open.get(id)
    if (!closing) throw new EngineFailure('not-found', `There is no archive ${id} open.`)
    open.delete(id)
    current()?.core.removeShown(id)
    // Wait: rows that arrive after `forget` would stay in the index.
    await closing.fed()
    await current()?.core.feed.send({ kind: 'forget', space: id })
    await closing.session.close()
  }

  const openArchive = async (
    { file, passphrase }: Parameters<Calls['openArchive']>[0],
    { signal, progress }: CallContext,
  ): Promise<ReturnType<Calls['openArchive']>> => {
    const began = opened()
    const { examiner, feed, addShown } = began.core
    const archived = await examineArchive(await openSealedFile(file, passphrase, { signal, progress }), examiner, signal)
    const space = spaceIdOf(archived.root)
    shown += 1
    const id = temporaryIndexId(space, `archive${shown}`)
    const session = await sessionOf(id, archived, examiner)
    // The profile was locked meanwhile, so `ended` does not close this session.
    if (current() !== began) {
      await session.close()
      throw locked()
    }
    const feeder = new IndexFeeder(session, feed)
    const filled = feeder.fill()
    filled.catch(report)
    open.set(id, {
      session,
      fed: () => filled.catch(() => undefined).then(() => feeder.settled(async () => undefined)),
    })
    addShown(id, {
      early: subscribable<Schema | undefined>(undefined),
      session: Promise.resolve(session),
      filled,
      history: () => filled.then(() => feeder.sendHistory()),
    })
    const { name, version, made } = archived
    return { archive: id, space, name, version, made: made * 1_000 }
  }

  return {
    calls: {
      async archiveSpace({ space, passphrase }, { signal, progress }) {
        const { show, examiner } = opened().core
        const session = await show(space).session
        if (!session.arrived) throw notReady()
        if (passphrase === '') throw new EngineFailure('bad-value', 'The passphrase is empty. An archive needs a passphrase.')
        const archived = await session.exclusive(async () => archivedOf(session))
        const bytes = encodeArchive(archived)
        await proveOwn(bytes, examiner, signal)
        signal.throwIfAborted()
        const content = await sealFile(bytes, passphrase, { signal, progress })
        return { name: `${archived.name}.tessera-archive`, content }
      },
      openArchive,
      closeArchive: ({ archive }) => close(archive),
    },
    watches: {},
    ...follow,
    async ended() {
      for (const id of [...open.keys()]) await close(id)
      await follow.ended()
    },
  }
}

/** Decodes and validates the content of an archive in a disposable worker. @throws {EngineFailure} `damaged` */
const examineArchive = async (bytes: Uint8Array, { examine }: Examiner, signal: AbortSignal): Promise<ArchivedSpace> => {
  const answer = await examine('archive', { bytes }, signal).catch((cause: unknown) => {
    signal.throwIfAborted()
    throw unproven(messageOf(cause), cause)
  })
  if ('refused' in answer) throw new EngineFailure('damaged', answer.refused)
  return answer
}

/** Validates a new archive like `openArchive` does: a file that cannot be opened is not a backup. @throws {EngineFailure} */
const proveOwn = async (bytes: Uint8Array, examiner: Examiner, signal: AbortSignal): Promise<void> => {
  try {
    await examineArchive(bytes, examiner, signal)
  } catch (cause) {
    signal.throwIfAborted()
    throw new EngineFailure(
      'damaged',
      `No archive was created, because it could not be opened again. Connect another device that has this space and try again. (${messageOf(cause)})`,
      {},
      { cause },
    )
  }
}

/** The current content of a space. */
const archivedOf = (session: SpaceSession): ArchivedSpace => {
  const { schema, resident } = session.space()
  return {
    name: schema.name,
    version: schema.version,
    made: unixSeconds(),
    root: session.root,
    log: [...session.log.values()],
    statements: [...session.statements.values()],
    document: resident.handle.save(),
  }
}

/** Opens an archive as a space, with the keys of a new device that no log lists. */
const sessionOf = async (id: SpaceId, archived: ArchivedSpace, examiner: Examiner): Promise<SpaceSession> =>
  openSession(id, archived.root, await newDeviceKeys(), archiveStore(archived), {}, { ...examiner, readOnly: true })

/** A read-only store over the content of an archive. */
const archiveStore = ({ log, statements, document }: ArchivedSpace): SpaceStore => {
  const refuse = async (): Promise<never> => {
    throw new EngineFailure('read-only', 'An archive is read-only.')
  }
  return {
    read: async () => ({
      parts: [{ changes: [document], statements, calls: [] }],
      snapshotBytes: document.length,
      laterBytes: 0,
    }),
    readLog: async () => [...log],
    append: refuse,
    appendLog: refuse,
    compact: refuse,
  }
}

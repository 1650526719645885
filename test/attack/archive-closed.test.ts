import { expect, it } from 'vitest'
import { examineHere } from '../../src/engine/examine/examination.ts'
import { archiveModule } from '../../src/engine/features/archive.ts'
import { encodeArchive } from '../../src/engine/features/archive-file.ts'
import type { Feed } from '../../src/engine/index/feed.ts'
import { turn } from '../../src/engine/scheduling/turn.ts'
import type { Core } from '../../src/engine/workers/engine-module.ts'
import { sealFile } from '../../src/vault/sealed-file.ts'
import { testSpace } from '../support/sessions.ts'

/** The weakest parameters of Argon2id, to keep the test fast. */
const QUICK = { salt: new Uint8Array(16), memory: 8, iterations: 1 }

it('leaves nothing in the index if an archive is closed while it is being indexed', async () => {
  const { session } = (await testSpace()).holder
  await session.commit('a', [{ do: 'create-table', name: 'Members' }])
  const { resident, schema } = session.space()
  const { name, version } = schema
  const [log, statements] = [[...session.log.values()], [...session.statements.values()]]
  const archive = { name, version, made: 1, root: session.root, log, statements, document: resident.handle.save() }
  const file = await sealFile(encodeArchive(archive), 'x', {}, QUICK)

  const messages: string[] = []
  const feed = {
    send: async ({ kind }: { kind: string }) => {
      await turn()
      messages.push(kind)
    },
    settled: turn,
  } as unknown as Feed
  const part = archiveModule()
  const core = { feed, examiner: { examine: examineHere }, addShown: () => undefined, removeShown: () => undefined }
  part.profileOpened(undefined as never, core as unknown as Core)
  const context = { id: 'b', signal: new AbortController().signal, answer: () => undefined, progress: () => undefined }
  const opened = await part.calls.openArchive?.({ file, passphrase: 'x' }, context)
  if (!opened) throw new Error('the archive was opened')
  await part.calls.closeArchive?.({ archive: opened.archive }, context)
  for (let turns = 0; turns < 50; turns++) await turn()
  expect(messages.at(-1)).toBe('forget')
})

import { expect, it } from 'vitest'
import { examineHere } from '../../src/engine/examine/examination.ts'
import { turn } from '../../src/engine/scheduling/turn.ts'
import { openSession } from '../../src/engine/spaces/open-session.ts'
import type { Part, SpaceStore } from '../../src/engine/spaces/space-store.ts'
import { testSpace } from '../support/sessions.ts'

it('keeps an edit that is on disk in the document when listeners throw', async () => {
  const { session } = (await testSpace()).holder
  const document = session.space().resident.handle.save()
  const parts: Part[] = [{ changes: [document], statements: [...session.statements.values()], calls: [] }]
  const store: SpaceStore = {
    read: async () => ({ parts: [...parts], snapshotBytes: document.length, laterBytes: 0 }),
    readLog: async () => [...session.log.values()],
    append: async (part) => {
      await turn()
      parts.push(part)
    },
    appendLog: async () => undefined,
    compact: async () => undefined,
  }
  const failures: unknown[] = []
  const listeners = {
    persisted: () => {
      throw new Error('persisted failed')
    },
    failed: (error: unknown) => void failures.push(error),
  }
  const opened = await openSession(session.id, session.root, session.keys, store, listeners, { examine: examineHere })
  const committed = await opened.commit('a', [{ do: 'create-table', name: 'Members' }]).catch((error: unknown) => error)
  await turn()
  expect(parts).toHaveLength(2)
  expect(committed).toMatchObject({ change: expect.any(String) })
  expect(opened.space().schema.tables.map(({ name }) => name)).toContain('Members')
  expect(failures).toMatchObject([{ message: 'persisted failed' }])
  await opened.close()
})

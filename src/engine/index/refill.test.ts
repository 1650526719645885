import { MessageChannel } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { eventually } from '../../../test/support/eventually.ts'
import { handClock } from '../../../test/support/hand-clock.ts'
import { testSpace } from '../../../test/support/sessions.ts'
import { loadSqlite } from '../../query/sqlite/sqlite.ts'
import { memoryBackend } from '../../vault/backends/memory-backend.ts'
import { createVault } from '../../vault/open-vault.ts'
import type { ProfileSession } from '../profile/profile-session.ts'
import { type Feed, feedOver } from './feed.ts'
import { serveIndex } from './index-server.ts'
import { shownSpaces } from './shown-spaces.ts'

it('sends the history, and with it conflict marks, again after the document was reloaded', async () => {
  const { holder } = await testSpace()
  const { session } = holder
  await session.commit('table', [{ do: 'create-table', name: 'Members' }])
  const vault = await createVault(memoryBackend(), 'correct horse', { salt: new Uint8Array(16), memory: 8, iterations: 1 })
  await vault.addArea(session.id)
  const { port1, port2 } = new MessageChannel()
  serveIndex(await loadSqlite(), port2 as unknown as MessagePort)
  const feed = feedOver(port1 as unknown as MessagePort)
  const sent: string[] = []
  const recorded: Feed = {
    ...feed,
    send(message) {
      sent.push(message.kind)
      return feed.send(message)
    },
  }
  const clock = handClock()
  const profile = { vault, open: async () => session } as unknown as ProfileSession
  const shown = shownSpaces(profile, recorded, { showCopies: true, clock })

  await shown.open(session.id).filled
  clock.turn(3_000)
  await eventually(() => expect(sent).toContain('history'))
  sent.length = 0
  shown.reloaded(session.id)
  await shown.settled(session.id)
  expect(sent).toContain('complete')
  clock.turn(3_000)
  await eventually(() => expect(sent).toContain('history'))

  await shown.close()
  await session.close()
  port1.close()
})

import { decodeHeads, Repo, stringifyAutomergeUrl } from '@automerge/automerge-repo/slim'
import { expect, it } from 'vitest'
import { linkedPair, testSpace } from '../../../../test/support/sessions.ts'
import { fromHex } from '../../../bytes/encoding.ts'
import { LinkNetworkAdapter } from '../../../network/adapter/repo-adapter.ts'
import { epochSecret } from '../../../people/founding.ts'
import { handshake } from '../../../people/handshake.ts'
import { openControlChannel } from './control-channel.ts'
import { runSpaceLink } from './space-link.ts'

it('syncs with a plain automerge-repo over an authenticated link', async () => {
  const { holder, otherKeys, entry } = await testSpace()
  const { session } = holder
  const { one, other, end } = linkedPair()
  const served = runSpaceLink(one, session, {
    initiator: true,
    onReady: (link) => holder.onChange(() => link.announce()),
    onProgress: () => undefined,
  })

  // A paired device authenticates first; then the repo uses the open link.
  const channel = await openControlChannel(other)
  await handshake(channel, {
    space: entry.hash,
    keys: otherKeys,
    epochSecret: await epochSecret(otherKeys, session.membership),
    initiator: false,
  })
  await channel.send(['have', [fromHex(entry.hash) ?? new Uint8Array()]])
  await channel.receive()
  await channel.receive()
  await channel.send(['log', []])

  const adapter = new LinkNetworkAdapter((error) => expect(error).toBeUndefined())
  const met = new Promise((resolve) => adapter.once('peer-candidate', resolve))
  const repo = new Repo({ network: [adapter] })
  adapter.add(other)
  await met
  const handle = await repo.find(stringifyAutomergeUrl(session.membership.document as never))
  const headsHere = () => [...session.space().resident.handle.getHeads()].sort()
  const headsThere = () => [...decodeHeads(handle.heads())].sort()
  await expect.poll(headsThere).toEqual(headsHere())

  await session.commit('a', [{ do: 'create-table', name: 'Members', fields: [{ name: 'Name', type: 'text' }] }])
  await expect.poll(headsThere).toEqual(headsHere())
  await repo.shutdown()
  end()
  await expect(served).rejects.toMatchObject({ code: 'closed' })
})

import { stringifyAutomergeUrl } from '@automerge/automerge-repo/slim'
import { afterEach, expect, it } from 'vitest'
import { linkedPair, testSpace } from '../../../../test/support/sessions.ts'
import { signer } from '../../../bytes/ed25519.ts'
import { hexBytes } from '../../../bytes/encoding.ts'
import { decodeWire, encodeWire } from '../../../network/adapter/repo-wire.ts'
import { makeStatement, packStatement } from '../../../people/attestation.ts'
import { newActor, newDeviceKeys, publicHalf } from '../../../people/device-keys.ts'
import { packEntry } from '../../../people/entry.ts'
import { addDeviceEntry, epochSecret } from '../../../people/founding.ts'
import { handshake } from '../../../people/handshake.ts'
import { encodeSyncMessage, newResident } from '../../../space/automerge.ts'
import { openControlChannel } from './control-channel.ts'
import { runSpaceLink, type SpaceLink } from './space-link.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** A device of a space, linked to a peer whose messages the test sends itself. */
const linked = async () => {
  const { holder, otherKeys, entry } = await testSpace()
  const { session } = holder
  const { one, other, end } = linkedPair()
  ends.push(end)
  const ready = new Promise<SpaceLink>((resolve) => {
    runSpaceLink(one, session, { initiator: true, onReady: resolve, onProgress: () => undefined }).catch(
      () => 'ends with the test',
    )
  })
  const channel = await openControlChannel(other)
  await handshake(channel, {
    space: entry.hash,
    keys: otherKeys,
    epochSecret: await epochSecret(otherKeys, session.membership),
    initiator: false,
  })
  await channel.send(['have', [hexBytes(entry.hash)]])
  await channel.receive()
  await channel.receive()
  await channel.send(['log', []])
  const heard: Record<string, unknown>[] = []
  other.onMessage('sync', (bytes) => void heard.push(decodeWire(bytes) as never))
  return { holder, otherKeys, link: one, other, channel, heard, space: await ready }
}

it('holds a change of a new device until the entry that lists the device arrives', async () => {
  const { holder, otherKeys, link, other, channel } = await linked()
  const { session } = holder
  const { root, membership } = session
  const newcomer = await newDeviceKeys()
  const entry = await addDeviceEntry(otherKeys, root, membership, publicHalf(newcomer))

  const { handle } = newResident(newActor(newcomer.sign.publicKey))
  handle.loadIncremental(session.space().resident.handle.save())
  const before = handle.getHeads()
  const head = handle.emptyChange('{"what":"set"}', 1) ?? ''
  const statement = await makeStatement(root, membership.document, head, newcomer.sign.publicKey, await signer(newcomer.sign))
  await other.send(
    'sync',
    encodeWire({
      type: 'sync',
      senderId: 'a',
      targetId: 'b',
      documentId: stringifyAutomergeUrl(membership.document as never).slice('automerge:'.length),
      data: encodeSyncMessage({ heads: [head], need: [], have: [], changes: handle.getChanges(before) }),
      statements: [packStatement(statement)],
      log: [hexBytes(entry.hash)],
    } as never),
  )
  await session.exclusive(async () => undefined)
  expect(session.space().resident.handle.getHeads()).toEqual(before)
  await channel.send(['log', [packEntry(entry.bytes, entry.signature)]])
  await holder.until(() => session.space().resident.handle.getHeads().join() === head)
  expect(link.state.kind).toBe('open')
})

it('names the heads of the log in sync messages', async () => {
  const { holder, heard, channel, space } = await linked()
  const { session } = holder
  holder.onChange(() => space.announce())
  const entry = await addDeviceEntry(session.keys, session.root, session.membership, publicHalf(await newDeviceKeys()))
  await session.addEntries([entry])
  expect(await channel.receive()).toEqual(['log', [packEntry(entry.bytes, entry.signature)]])
  await session.commit('a', [{ do: 'create-table', name: 'Members' }])
  await expect.poll(() => heard.at(-1)?.log).toEqual([hexBytes(entry.hash)])
})

import { afterEach, describe, expect, it } from 'vitest'
import { signer } from '../../src/bytes/ed25519.ts'
import { hexBytes } from '../../src/bytes/encoding.ts'
import { type Examine, examineHere } from '../../src/engine/examine/examination.ts'
import { openControlChannel } from '../../src/engine/peers/link/control-channel.ts'
import { runSpaceLink } from '../../src/engine/peers/link/space-link.ts'
import { encodeWire } from '../../src/network/adapter/repo-wire.ts'
import { makeStatement, packStatement } from '../../src/people/attestation.ts'
import { newActor } from '../../src/people/device-keys.ts'
import { epochSecret } from '../../src/people/founding.ts'
import { handshake } from '../../src/people/handshake.ts'
import { encodeSyncMessage, newResident, type Resident } from '../../src/space/automerge.ts'
import { linkedPair, testSpace } from '../support/sessions.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** A device that waits for a document, and one that sends it after `write` changed it. */
const brought = async (examine: Examine, write: (resident: Resident) => void) => {
  const space = await testSpace({ examine })
  const { holder, other, entry } = space
  const { keys, membership, root } = holder.session
  const awaiting = await other()
  const { one, other: link, end } = linkedPair()
  ends.push(end)
  const ended = runSpaceLink(one, awaiting.session, {
    initiator: false,
    onReady: () => undefined,
    onProgress: () => undefined,
  }).catch((error: unknown) => error)
  const channel = await openControlChannel(link)
  await handshake(channel, { space: entry.hash, keys, epochSecret: await epochSecret(keys, membership), initiator: true })
  await channel.send(['have', [hexBytes(entry.hash)]])
  await channel.receive()
  await channel.receive()
  await channel.send(['log', []])
  link.onMessage('sync', () => undefined)

  const resident = newResident(newActor(keys.sign.publicKey))
  resident.handle.loadIncremental(holder.session.space().resident.handle.save())
  write(resident)
  const [head = ''] = resident.handle.getHeads()
  const statement = await makeStatement(root, membership.document, head, keys.sign.publicKey, await signer(keys.sign))
  const { stringifyAutomergeUrl } = await import('@automerge/automerge-repo/slim')
  await link.send(
    'sync',
    encodeWire({
      type: 'sync',
      senderId: 'a',
      targetId: 'b',
      documentId: stringifyAutomergeUrl(membership.document as never).slice('automerge:'.length),
      data: encodeSyncMessage({ heads: [head], need: [], have: [], changes: [resident.handle.save()] }),
      statements: [packStatement(statement)],
    } as never),
  )
  return { awaiting, ended, head }
}

describe('a whole document', () => {
  it('is stored and shown only after the disposable worker has accepted it', async () => {
    const asked: string[] = []
    let answer: () => void = () => undefined
    const examine: Examine = async (name, question) => {
      asked.push(name)
      await new Promise<void>((resolve) => {
        answer = resolve
      })
      return examineHere(name, question)
    }
    const { awaiting, head } = await brought(examine, ({ handle }) => handle.emptyChange('{"what":"set"}', 1))
    await expect.poll(() => asked).toEqual(['operations'])
    await awaiting.session.exclusive(async () => undefined)
    expect(awaiting.session.arrived).toBe(false)
    answer()
    await awaiting.until(() => awaiting.session.arrived)
    expect(awaiting.session.space().resident.handle.getHeads()).toEqual([head])
  })

  it('with an unknown operation is rejected without storing any of it', async () => {
    const { awaiting, ended } = await brought(examineHere, ({ handle }) => {
      handle.put('/', 'bytes', Uint8Array.of(1, 2, 3))
      handle.commit('{"what":"set"}', 1)
    })
    expect(await ended).toMatchObject({ name: 'GateError', code: 'bad-operation' })
    expect(awaiting.session.arrived).toBe(false)
    expect(awaiting.session.space().resident.handle.getHeads()).toEqual([])
  })
})

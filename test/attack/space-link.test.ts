import { afterEach, describe, expect, it, vi } from 'vitest'
import { signer } from '../../src/bytes/ed25519.ts'
import { fromHex, randomBytes } from '../../src/bytes/encoding.ts'
import { LOG_WITHIN } from '../../src/engine/peers/link/awaited-entries.ts'
import { openControlChannel } from '../../src/engine/peers/link/control-channel.ts'
import { runSpaceLink, type SpaceLink } from '../../src/engine/peers/link/space-link.ts'
import { type Clock, systemClock } from '../../src/engine/scheduling/clock.ts'
import type { Link } from '../../src/network/adapter/link.ts'
import { encodeWire } from '../../src/network/adapter/repo-wire.ts'
import { makeStatement, packStatement } from '../../src/people/attestation.ts'
import type { ControlChannel } from '../../src/people/control-channel.ts'
import { newActor, newDeviceKeys } from '../../src/people/device-keys.ts'
import { epochSecret } from '../../src/people/founding.ts'
import { handshake } from '../../src/people/handshake.ts'
import { encodeSyncMessage, newResident } from '../../src/space/automerge.ts'
import { transact } from '../../src/space/write.ts'
import { HELD_FOR, HELD_LIMIT } from '../../src/sync/gate/held-changes.ts'
import { eventually } from '../support/eventually.ts'
import { handClock } from '../support/hand-clock.ts'
import { linkedPair, type TestSpace, testSpace } from '../support/sessions.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

interface Attacker {
  readonly space: TestSpace
  readonly link: Link
  readonly channel: ControlChannel
  readonly documentId: string
  /** The honest device's end, once it is ready. */
  ready(): SpaceLink | undefined
  /** How the link ended for the honest device. */
  readonly ended: Promise<unknown>
  /** Reasons for which the honest device dropped changes, and the sync messages that it sent. */
  readonly dropped: readonly unknown[]
  readonly heard: readonly Uint8Array[]
  /** Sends a sync message with these changes; `log` are the log heads that it announces. */
  send(changes: readonly Uint8Array[], statements?: readonly Uint8Array[], log?: readonly Uint8Array[]): Promise<void>
}

/** A hostile listed device that has completed the handshake. */
const attacker = async (clock: Clock = systemClock): Promise<Attacker> => {
  const space = await testSpace()
  const { holder, otherKeys, entry } = space
  const { membership } = holder.session
  const { one, other, end } = linkedPair()
  ends.push(end)
  const dropped: unknown[] = []
  const heard: Uint8Array[] = []
  let ready: SpaceLink | undefined
  const ended = runSpaceLink(one, holder.session, {
    initiator: true,
    onReady: (link) => {
      ready = link
    },
    onProgress: () => undefined,
    onDropped: (reason) => dropped.push(reason),
    clock,
  }).catch((error: unknown) => error)
  const channel = await openControlChannel(other)
  await handshake(channel, {
    space: entry.hash,
    keys: otherKeys,
    epochSecret: await epochSecret(otherKeys, membership),
    initiator: false,
  })
  await channel.send(['have', [fromHex(entry.hash) ?? new Uint8Array()]])
  await channel.receive()
  await channel.receive()
  await channel.send(['log', []])
  other.onMessage('sync', (message) => void heard.push(message))
  const { stringifyAutomergeUrl } = await import('@automerge/automerge-repo/slim')
  const documentId = stringifyAutomergeUrl(membership.document as never).slice('automerge:'.length)
  return {
    space,
    link: other,
    channel,
    documentId,
    ready: () => ready,
    ended,
    dropped,
    heard,
    send: (changes, statements = [], log = []) =>
      other.send(
        'sync',
        encodeWire({
          type: 'sync',
          senderId: 'attacker',
          targetId: 'holder',
          documentId,
          data: encodeSyncMessage({ heads: [], need: [], have: [], changes: [...changes] }),
          statements: [...statements],
          log: [...log],
        } as never),
      ),
  }
}

/** Expects that the honest device can still write and sync with another honest device. */
const stillWorks = async ({ holder, other }: TestSpace) => {
  const { session } = holder
  expect((await session.commit(crypto.randomUUID(), [{ do: 'create-table', name: 'Members' }])).change).toBeDefined()
  const friend = await other()
  const pair = linkedPair()
  ends.push(pair.end)
  const options = { onReady: () => undefined, onProgress: () => undefined }
  for (const [link, end, initiator] of [
    [pair.one, session, true],
    [pair.other, friend.session, false],
  ] as const) {
    runSpaceLink(link, end, { ...options, initiator }).catch(() => 'ends with the test')
  }
  const heads = () => session.space().resident.handle.getHeads().join()
  await friend.until(() => friend.session.arrived && friend.session.space().resident.handle.getHeads().join() === heads())
}

/** Resolves when all sent messages are processed: it is queued behind them. */
const settled = async ({ holder }: TestSpace) => {
  const { resident } = holder.session.space()
  const gaveHeads = vi.spyOn(resident.handle, 'getChangeMetaByHash')
  await eventually(() => expect(gaveHeads).toHaveBeenCalled())
  await holder.session.exclusive(async () => undefined)
}

const changeBy = async (actor: string): Promise<{ change: Uint8Array; hash: string }> => {
  const { handle } = newResident(actor)
  const hash = transact(handle, '{}', 1, (transaction) => transaction.put('/', 'tables', 'mine now'))
  const [change] = handle.getChanges([])
  handle.free()
  if (!change || !hash) throw new Error('a change was written')
  return { change, hash }
}

describe('a listed device that sends', () => {
  it('random bytes instead of a message is disconnected', async () => {
    const { link, ended, space } = await attacker()
    await link.send('sync', randomBytes(5_000))
    expect(await ended).toMatchObject({ code: 'garbled' })
    await stillWorks(space)
  })

  it('random bytes instead of a sync message is disconnected', async () => {
    const { link, ended, space } = await attacker()
    await link.send(
      'sync',
      encodeWire({ type: 'sync', senderId: 'a', targetId: 'b', documentId: 'c', data: randomBytes(100) } as never),
    )
    const { send } = { send: (bytes: Uint8Array) => link.send('sync', bytes) }
    await send(randomBytes(10))
    expect(await ended).toMatchObject({ code: 'garbled' })
    await stillWorks(space)
  })

  it.each([
    ['entries and no bits', [1, 0, 7]],
    ['four billion probes', [1, 10, 255, 255, 255, 255, 15, 255, 255]],
  ])('a filter with %s is disconnected, and local edits do not fail', async (_, filter) => {
    const { link, ended, space, documentId, send, ready } = await attacker()
    const taken = vi.spyOn(space.holder.session, 'exclusive')
    let left = false
    const leaving = ended.then(() => {
      left = true
    })
    // Repeat until the honest device stops answering before its next edit.
    for (let round = 0; round < 9; round++) await send([])
    const have = [{ lastSync: [], bloom: Uint8Array.from(filter) }]
    const data = encodeSyncMessage({ heads: [], need: [], have, changes: [] } as never)
    await link.send('sync', encodeWire({ type: 'sync', senderId: 'attacker', targetId: 'holder', documentId, data } as never))
    await eventually(() => expect(left || taken.mock.calls.length > 9).toBe(true))
    await space.holder.session.exclusive(async () => undefined)
    expect(() => ready()?.announce()).not.toThrow()
    await leaving
    await stillWorks(space)
    expect(await ended).toMatchObject({ name: 'GateError', code: 'garbled' })
  })

  it('random bytes instead of a change is disconnected', async () => {
    const { send, ended, space } = await attacker()
    await send([randomBytes(400)])
    expect(await ended).toMatchObject({ name: 'GateError', code: 'garbled' })
    await stillWorks(space)
  })

  it('a well-formed change of 113 bytes with four million operations is disconnected', async () => {
    const { send, ended, space } = await attacker()
    await send([await fourMillionOperations(newActor(space.otherKeys.sign.publicKey))])
    expect(await ended).toMatchObject({ name: 'GateError', code: 'too-large' })
    await stillWorks(space)
  })

  it('a change by a device that was never listed is disconnected', async () => {
    const { send, ended, space } = await attacker()
    const { change } = await changeBy(newActor((await newDeviceKeys()).sign.publicKey))
    await send([change])
    expect(await ended).toMatchObject({ name: 'GateError', code: 'unknown-device' })
    await stillWorks(space)
  })

  it('changes in the name of the holder, or its own without an attestation, does not get them applied', async () => {
    const { send, space } = await attacker()
    const { session } = space.holder
    const before = session.space().resident.handle.getHeads()
    await send([(await changeBy(newActor(session.keys.sign.publicKey))).change])
    await send([(await changeBy(newActor(space.otherKeys.sign.publicKey))).change])
    await session.exclusive(async () => undefined)
    expect(session.space().resident.handle.getHeads()).toEqual(before)
    await stillWorks(space)
  })

  it('an attestation that another device did not sign is disconnected', async () => {
    const { send, ended, space } = await attacker()
    const { session } = space.holder
    const { change, hash } = await changeBy(newActor(session.keys.sign.publicKey))
    const forged = await makeStatement(
      session.root,
      session.membership.document,
      hash,
      session.keys.sign.publicKey,
      await signer(space.otherKeys.sign),
    )
    await send([change], [packStatement(forged)])
    expect(await ended).toMatchObject({ name: 'PeopleError', code: 'bad-signature' })
    await stillWorks(space)
  })

  it('changes without an attestation sees them dropped after a minute, with a reason', async () => {
    const clock = handClock()
    const { send, space, dropped } = await attacker(clock)
    const { hash, change } = await changeBy(newActor(space.otherKeys.sign.publicKey))
    await send([change])
    await settled(space)
    clock.turn(HELD_FOR - 1)
    expect(dropped).toEqual([])
    clock.turn(1)
    expect(dropped).toMatchObject([{ code: 'uncovered', message: expect.stringContaining(hash.slice(0, 8)) }])
    await stillWorks(space)
  })

  it('more changes without an attestation than the limit sees them dropped immediately', async () => {
    const { send, space, dropped } = await attacker()
    const { handle } = newResident(newActor(space.otherKeys.sign.publicKey))
    for (let index = 0; index < 5; index++)
      transact(handle, '{}', 1, (transaction) => transaction.put('/', `k${index}`, 'x'.repeat(HELD_LIMIT / 5)))
    await send(handle.getChanges([]))
    await eventually(() => expect(dropped).toMatchObject([{ code: 'too-large' }]))
    await stillWorks(space)
  })

  it('the same message forever gets no answer after some rounds, and one again after a minute', async () => {
    const clock = handClock()
    const { send, space, heard } = await attacker(clock)
    const { change } = await changeBy(newActor(space.otherKeys.sign.publicKey))
    for (let round = 0; round < 20; round++) await send([change])
    await settled(space)
    await eventually(() => expect(heard.length).toBeGreaterThan(2))
    expect(heard.length).toBeLessThanOrEqual(7)
    const before = heard.length
    clock.turn(60_000)
    await eventually(() => expect(heard.length).toBeGreaterThan(before))
  })

  it('the name of a log entry but never the entry is disconnected', async () => {
    const clock = handClock()
    const { send, space, ended } = await attacker(clock)
    const { change } = await changeBy(newActor(space.otherKeys.sign.publicKey))
    const turned = eventually(async () => {
      clock.turn(LOG_WITHIN)
      expect(await Promise.race([ended, 'not yet'])).not.toBe('not yet')
    })
    await send([change], [], [randomBytes(32)])
    await turned
    expect(await ended).toMatchObject({ name: 'PeopleError', code: 'too-slow' })
    await stillWorks(space)
  })

  it('an unsigned log entry, or a message above the limit, is disconnected', async () => {
    for (const message of [['log', [randomBytes(500)]] as const, ['log', [new Uint8Array(5_000_000)]] as const]) {
      const { channel, ended, space } = await attacker()
      // The link closes while sending.
      const sent = channel.send([message[0], [...message[1]]]).catch((error: unknown) => error)
      expect(await ended).toMatchObject({ name: expect.stringMatching(/PeopleError|LinkError/) })
      await sent
      await stillWorks(space)
    }
  })
})

describe('a device that opens a link and stays silent', () => {
  it('is disconnected after ten seconds', async () => {
    const { holder } = await testSpace()
    const { one, other, end } = linkedPair()
    ends.push(end)
    const clock = handClock()
    const ended = runSpaceLink(one, holder.session, {
      initiator: true,
      onReady: () => undefined,
      onProgress: () => undefined,
      clock,
    }).catch((error: unknown) => error)
    await (await openControlChannel(other)).receive()
    clock.turn(9_999)
    expect(one.state.kind).toBe('open')
    clock.turn(1)
    expect(await ended).toMatchObject({ name: 'PeopleError', code: 'too-slow' })
    expect(one.state.kind).toBe('closed')
  })
})

describe('a device that is not listed', () => {
  it('receives nothing, whether it knows the secret or not', async () => {
    const { holder, entry, otherKeys } = await testSpace()
    const secret = await epochSecret(otherKeys, holder.session.membership)
    for (const epoch of [secret, randomBytes(32)]) {
      const { one, other, end } = linkedPair()
      ends.push(end)
      const ended = runSpaceLink(one, holder.session, {
        initiator: true,
        onReady: () => undefined,
        onProgress: () => undefined,
      }).catch((error: unknown) => error)
      const channel = await openControlChannel(other)
      const hello = handshake(channel, { space: entry.hash, keys: await newDeviceKeys(), epochSecret: epoch, initiator: false })
        .then(() => channel.receive())
        .catch((error: unknown) => error)
      expect(await ended).toMatchObject({ name: 'PeopleError', code: epoch === secret ? 'not-allowed' : 'no-epoch' })
      expect(await hello).toBeInstanceOf(Error)
    }
  })
})

/** One run of four million rows in every column that an operation needs. */
const fourMillionOperations = async (actor: string): Promise<Uint8Array> => {
  const { sha256 } = await import('../../src/bytes/hash.ts')
  const run = [0x80, 0x92, 0xf4, 0x01]
  const text = [1, 0x61]
  const columns: [number, number[]][] = [
    [0x15, [...run, ...text]],
    [0x34, run],
    [0x42, [...run, 1]],
    [0x56, [...run, 0]],
    [0x70, [...run, 0]],
  ]
  const actorBytes = [...(fromHex(actor) ?? [])]
  const body = [0, actorBytes.length, ...actorBytes, 1, 1, 0, 0, 0, columns.length]
  for (const [type, data] of columns) body.push(...(type < 128 ? [type] : [(type & 127) | 128, type >> 7]), data.length)
  for (const [, data] of columns) body.push(...data)
  const hash = await sha256(Uint8Array.of(1, body.length, ...body))
  return Uint8Array.of(0x85, 0x6f, 0x4a, 0x83, ...hash.subarray(0, 4), 1, body.length, ...body)
}

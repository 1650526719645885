import { describe, expect, it } from 'vitest'
import { type Cbor, toCbor } from '../../src/bytes/cbor.ts'
import { signer } from '../../src/bytes/ed25519.ts'
import { toHex } from '../../src/bytes/encoding.ts'
import { spaceIdOf } from '../../src/engine/profile/founding.ts'
import { makeStatement, packStatement } from '../../src/people/attestation.ts'
import type { ControlChannel } from '../../src/people/control-channel.ts'
import { deviceId, publicHalf } from '../../src/people/device-keys.ts'
import { type EntryHash, packEntry, signEntry } from '../../src/people/entry.ts'
import { formatEntry } from '../../src/people/founding.ts'
import { handshake } from '../../src/people/handshake.ts'
import { meet } from '../../src/people/pairing.ts'
import { signPrekeys, verifyPrekeys } from '../../src/people/prekeys.ts'
import { asText, counted, fixedKeys, fixRandom, vectorsOf } from './fixed.ts'

/** The messages of each side in the order of sending; messages of different sides are not ordered. */
const inOrder = (sent: Record<string, string[]>) => Object.fromEntries(Object.entries(sent).sort())

/** Two connected ends, and everything that was sent. */
const line = () => {
  const sent: Record<string, string[]> = {}
  const waiting: ((message: unknown) => void)[][] = [[], []]
  const arrived: Cbor[][] = [[], []]
  const end = (own: 0 | 1, by: string): ControlChannel => ({
    ownFingerprint: counted(32, own ? 0x60 : 0x40),
    remoteFingerprint: counted(32, own ? 0x40 : 0x60),
    async send(message) {
      const before = sent[by] ?? []
      sent[by] = [...before, toHex(toCbor(message))]
      const taker = waiting[1 - own]?.shift()
      if (taker) taker(message)
      else arrived[1 - own]?.push(message)
    },
    receive: () =>
      new Promise((resolve) => {
        const first = arrived[own]?.shift()
        if (first === undefined) waiting[own]?.push(resolve)
        else resolve(first)
      }),
  })
  return { end, sent }
}

const entries = async () => {
  const keys = await fixedKeys(0x10)
  const sign = await signer(keys.sign)
  const create = await signEntry(
    {
      space: undefined,
      previous: [],
      device: keys.sign.publicKey,
      type: 'create',
      body: {
        random: counted(16),
        document: counted(16, 0x20),
        first: counted(32, 0x30),
        devices: [[keys.sign.publicKey, keys.agree.publicKey]],
        recovery: { publicKey: counted(32, 0x50), sealed: counted(80, 0x60) },
        epoch: { hash: counted(32, 0x70), sealed: [[keys.sign.publicKey, counted(80, 0x80)]] },
      },
    },
    sign,
  )
  const other = await fixedKeys(0x90)
  const add = await signEntry(
    {
      space: Uint8Array.from(Buffer.from(create.hash, 'hex')),
      previous: [create.hash],
      device: keys.sign.publicKey,
      type: 'add device',
      body: { keys: [other.sign.publicKey, other.agree.publicKey], epoch: counted(80, 0xa0) },
    },
    sign,
  )
  const format = await formatEntry(keys, create.hash, [add.hash], '0.3.0', toHex(counted(32, 0xb0)))
  return { keys, create, add, format }
}

describe('docs/formats', () => {
  it('entry.md has the vectors that the code produces', async () => {
    const { keys, create, add, format } = await entries()
    const shown = ({ bytes, signature, hash }: typeof create) => ({
      bytes: toHex(bytes),
      signature: toHex(signature),
      hash,
      packed: toHex(packEntry(bytes, signature)),
    })
    await expect(
      asText({
        signSecret: toHex(keys.sign.secret),
        create: shown(create),
        spaceId: spaceIdOf(create.hash),
        'add device': shown(add),
        format: shown(format),
      }),
    ).toMatchFileSnapshot(vectorsOf('entry'))
  })

  it('attestation.md has the vector that the code produces', async () => {
    const { sign } = await fixedKeys(0x10)
    const [space, document, change] = [toHex(counted(32)), counted(16, 0x20), toHex(counted(32, 0x30))]
    const statement = await makeStatement(space, document, change, sign.publicKey, await signer(sign))
    await expect(
      asText({
        signSecret: toHex(sign.secret),
        space,
        document: toHex(document),
        change,
        packed: toHex(packStatement(statement)),
      }),
    ).toMatchFileSnapshot(vectorsOf('statement'))
  })

  it('home.md has the vector that the code produces', async () => {
    const [{ sign }, taker, reserved] = [await fixedKeys(0x10), await fixedKeys(0x50), await fixedKeys(0x90)]
    const home = toHex(counted(32))
    const keys = { ...publicHalf(reserved), taker: deviceId(taker.sign.publicKey) }
    const signature = await signPrekeys(home, keys, await signer(sign))
    expect(await verifyPrekeys(home, deviceId(sign.publicKey), keys, signature)).toBe(true)
    await expect(
      asText({
        signSecret: toHex(sign.secret),
        home,
        taker: keys.taker,
        keys: { sign: toHex(keys.sign), agree: toHex(keys.agree) },
        signature: toHex(signature),
      }),
    ).toMatchFileSnapshot(vectorsOf('home'))
  })

  it('handshake.md has the vector that the code produces', async () => {
    const [one, other] = [await fixedKeys(0x10), await fixedKeys(0x90)]
    const space = toHex(counted(32)) as EntryHash
    const epochSecret = counted(32, 0xc0)
    const { end, sent } = line()
    fixRandom()
    const greeted = await Promise.all([
      handshake(end(0, 'first'), { space, keys: one, epochSecret, initiator: true }),
      handshake(end(1, 'second'), { space, keys: other, epochSecret, initiator: false }),
    ])
    expect(greeted.map(({ device }) => device)).toEqual([toHex(other.sign.publicKey), toHex(one.sign.publicKey)])
    await expect(
      asText({
        space,
        epochSecret: toHex(epochSecret),
        first: {
          signSecret: toHex(one.sign.secret),
          agreeSecret: toHex(one.agree.secret),
          fingerprint: toHex(counted(32, 0x40)),
          nonce: toHex(counted(32)),
        },
        second: {
          signSecret: toHex(other.sign.secret),
          agreeSecret: toHex(other.agree.secret),
          fingerprint: toHex(counted(32, 0x60)),
          nonce: toHex(counted(32, 32)),
        },
        messages: inOrder(sent),
      }),
    ).toMatchFileSnapshot(vectorsOf('hello'))
  })

  it('pairing.md has the vector that the code produces', async () => {
    const [shower, joiner] = [await fixedKeys(0x10), await fixedKeys(0x90)]
    const secret = counted(16, 0xd0)
    const { end, sent } = line()
    fixRandom()
    const [shown, joined] = await Promise.all([
      meet(end(0, 'shower'), { initiator: true, secret, keys: shower, name: 'Laptop' }),
      meet(end(1, 'joiner'), { initiator: false, secret, keys: joiner, name: 'Phone' }),
    ])
    expect(joined.words).toEqual(shown.words)
    await shown.send(['answer', true])
    expect(await joined.receive()).toEqual(['answer', true])
    await expect(
      asText({
        secret: toHex(secret),
        shower: {
          name: 'Laptop',
          signSecret: toHex(shower.sign.secret),
          agreeSecret: toHex(shower.agree.secret),
          ephemeralSecret: toHex(counted(32)),
          fingerprint: toHex(counted(32, 0x40)),
        },
        joiner: {
          name: 'Phone',
          signSecret: toHex(joiner.sign.secret),
          agreeSecret: toHex(joiner.agree.secret),
          ephemeralSecret: toHex(counted(32, 32)),
          fingerprint: toHex(counted(32, 0x60)),
        },
        words: shown.words,
        messages: inOrder(sent),
        lastMessageSays: ['answer', true],
      }),
    ).toMatchFileSnapshot(vectorsOf('pairing'))
  })
})

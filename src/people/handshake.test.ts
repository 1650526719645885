import { describe, expect, it } from 'vitest'
import type { Cbor } from '../bytes/cbor.ts'
import { randomBytes, toHex } from '../bytes/encoding.ts'
import type { ControlChannel } from './control-channel.ts'
import { deviceId, newDeviceKeys } from './device-keys.ts'
import type { EntryHash } from './entry.ts'
import { handshake } from './handshake.ts'
import { meet } from './pairing.ts'

/** Two connected channels. `meddle` may change messages. */
const line = (
  meddle: (message: Cbor, number: number) => Cbor = (message) => message,
  fingerprints = [randomBytes(32), randomBytes(32)],
) => {
  const waiting: ((message: unknown) => void)[][] = [[], []]
  const arrived: unknown[][] = [[], []]
  let number = 0
  const end = (own: number): ControlChannel => {
    const other = 1 - own
    return {
      ownFingerprint: fingerprints[own] as Uint8Array,
      remoteFingerprint: fingerprints[other] as Uint8Array,
      async send(message) {
        const delivered = meddle(message, number++)
        const taker = waiting[other]?.shift()
        if (taker) taker(delivered)
        else arrived[other]?.push(delivered)
      },
      receive: () =>
        new Promise((resolve) => {
          const [first] = arrived[own]?.splice(0, 1) ?? []
          if (first === undefined) waiting[own]?.push(resolve)
          else resolve(first)
        }),
    }
  }
  return [end(0), end(1)] as const
}

const space = toHex(randomBytes(32)) as EntryHash
const hello = async (channels: readonly [ControlChannel, ControlChannel], secrets: readonly string[] = [space, space]) => {
  const [alice, bob] = [await newDeviceKeys(), await newDeviceKeys()]
  const [one = space, other = space] = secrets
  const results = await Promise.allSettled([
    handshake(channels[0], { space, keys: alice, epochSecret: new TextEncoder().encode(one), initiator: true }),
    handshake(channels[1], { space, keys: bob, epochSecret: new TextEncoder().encode(other), initiator: false }),
  ])
  return { alice, bob, results }
}

describe('a handshake', () => {
  it('returns the other device to each side', async () => {
    const { alice, bob, results } = await hello(line())
    expect(results).toMatchObject([
      { status: 'fulfilled', value: { device: deviceId(bob.sign.publicKey) } },
      { status: 'fulfilled', value: { device: deviceId(alice.sign.publicKey) } },
    ])
  })

  it('fails with a man in the middle who has another certificate', async () => {
    const [one] = line()
    const channels = line()
    const between = {
      ...channels[0],
      send: channels[0].send,
      receive: channels[0].receive,
      remoteFingerprint: one.ownFingerprint,
    }
    const { results } = await hello([between, channels[1]])
    expect(results.map((each) => each.status === 'rejected' && each.reason.code)).toEqual(['bad-signature', 'bad-signature'])
  })

  it('fails without revealing identities when the other side does not know the secret', async () => {
    const { results } = await hello(line(), [space, 'another'])
    expect(results.map((each) => each.status === 'rejected' && each.reason.code)).toEqual(['no-epoch', 'no-epoch'])
  })
})

describe('pairing over a code', () => {
  const secret = randomBytes(16)
  const pair = async (channels: readonly [ControlChannel, ControlChannel], secrets = [secret, secret]) => {
    const [laptop, phone] = [await newDeviceKeys(), await newDeviceKeys()]
    return {
      laptop,
      phone,
      results: await Promise.allSettled([
        meet(channels[0], { initiator: true, secret: secrets[0] ?? secret, keys: laptop, name: 'Laptop' }),
        meet(channels[1], { initiator: false, secret: secrets[1] ?? secret, keys: phone, name: 'Phone 👋' }),
      ]),
    }
  }

  it('gives both devices the same four words, then exchanges sealed messages', async () => {
    const { results, phone } = await pair(line())
    const [one, other] = results
    if (one?.status !== 'fulfilled' || other?.status !== 'fulfilled') throw new Error('they did not meet')
    expect(one.value.words).toHaveLength(4)
    expect(one.value.words).toEqual(other.value.words)
    expect(one.value.other).toEqual({ name: 'Phone 👋', keys: { sign: phone.sign.publicKey, agree: phone.agree.publicKey } })
    await one.value.send({ kind: 'welcome' })
    expect(await other.value.receive()).toEqual({ kind: 'welcome' })
    await other.value.send(['a', 1])
    expect(await one.value.receive()).toEqual(['a', 1])
  })

  it('fails when certificates or secrets differ, or a key does not match its commitment', async () => {
    const failed = (results: PromiseSettledResult<unknown>[]) => results.map(({ status }) => status)
    const channels = line()
    expect(failed((await pair([channels[0], { ...channels[1], ownFingerprint: randomBytes(32) }])).results)).toContain('rejected')
    const grinding = line((message, number) => (number === 2 ? [randomBytes(140), randomBytes(64)] : message))
    const { results } = await pair(grinding).catch(() => ({ results: [] as PromiseSettledResult<unknown>[] }))
    expect(failed(results)).toContain('rejected')
  })
})

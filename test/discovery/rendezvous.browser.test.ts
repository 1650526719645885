import { afterEach, describe, expect, inject, it, vi } from 'vitest'
import { toCbor } from '../../src/bytes/cbor.ts'
import { randomBytes, toHex } from '../../src/bytes/encoding.ts'
import { broadcastChannelDiscovery } from '../../src/discovery/broadcast-channel.ts'
import type { Discovery } from '../../src/discovery/discovery.ts'
import { relayDiscovery } from '../../src/discovery/relay/relay.ts'
import { CONNECTING_LIMIT, type Rendezvous, rendezvous, type TopicSubscription } from '../../src/discovery/rendezvous.ts'
import { nonceMemory, type Sealer, sealer } from '../../src/discovery/sealed.ts'
import { daysAround, topicOf } from '../../src/discovery/topics.ts'
import type { Link } from '../../src/network/adapter/link.ts'
import { type Device, makeDevice } from '../../src/network/testing/linked-pair.ts'
import { eventually } from '../support/eventually.ts'

const subscriptions = async (secret: Uint8Array, speakOn = 1): Promise<readonly TopicSubscription[]> =>
  Promise.all(
    daysAround(1_800_000_000_000).map(async (day, index) => ({
      topic: await topicOf(secret, new Uint8Array(32), day),
      day,
      epoch: 1,
      secret,
      label: 'tessera/signal/1' as const,
      speak: index === speakOn,
    })),
  )

describe('a rendezvous', () => {
  const ends: (() => void)[] = []
  afterEach(() => {
    for (const end of ends.splice(0)) end()
  })

  const meet = async (at: readonly TopicSubscription[], discoveries: readonly Discovery[]) => {
    const device: Device = makeDevice(RTCPeerConnection)
    const links: { readonly peer: string; readonly polite: boolean; readonly link: Link }[] = []
    const ignored = vi.fn()
    const failed = vi.fn()
    const here: Rendezvous = await rendezvous({
      discoveries,
      subscriptions: at,
      ignored,
      failed,
      open: (peer, polite) => {
        const link = device.host.open({ polite, begin: !polite })
        links.push({ peer, polite, link })
        return link
      },
    })
    ends.push(() => {
      here.end()
      device.end()
      for (const discovery of discoveries) discovery.close()
    })
    const opened = async (count: number) => {
      await eventually(() => expect(links.filter(({ link }) => link.state.kind === 'open')).toHaveLength(count))
      return links.filter(({ link }) => link.state.kind === 'open')
    }
    return { here, links, opened, ignored, failed }
  }

  it.each([
    ['this browser', () => [broadcastChannelDiscovery()]],
    ['a relay', () => [relayDiscovery(inject('relayUrl'))]],
    ['both at once', () => [broadcastChannelDiscovery(), relayDiscovery(inject('relayUrl'))]],
  ])('links three devices to each other by %s', async (_, ways) => {
    const at = await subscriptions(randomBytes(32))
    const devices = [await meet(at, ways()), await meet(at, ways()), await meet(at, ways())]
    for (const { opened, failed } of devices) {
      expect((await opened(2)).map(({ link }) => link.path)).toHaveLength(2)
      expect(failed).not.toHaveBeenCalled()
    }
  })

  it('finds a device whose clock is a day ahead', async () => {
    const secret = randomBytes(32)
    const [alice, bob] = [
      await meet(await subscriptions(secret, 1), [broadcastChannelDiscovery()]),
      await meet(await subscriptions(secret, 2), [broadcastChannelDiscovery()]),
    ]
    await Promise.all([alice.opened(1), bob.opened(1)])
  })

  it('reconnects if one side lost the link and announces itself', async () => {
    const at = await subscriptions(randomBytes(32))
    const [alice, bob] = [await meet(at, [broadcastChannelDiscovery()]), await meet(at, [broadcastChannelDiscovery()])]
    const [first] = await alice.opened(1)
    await bob.opened(1)
    first?.link.close()
    alice.here.call()
    const [second] = await alice.opened(1)
    expect(second?.link).not.toBe(first?.link)
    await bob.opened(1)
  })

  it('moves to other subscriptions and keeps its links', async () => {
    const secret = randomBytes(32)
    const [alice, bob] = [
      await meet(await subscriptions(secret), [broadcastChannelDiscovery()]),
      await meet(await subscriptions(secret), [broadcastChannelDiscovery()]),
    ]
    const [link] = await alice.opened(1)
    const next = await subscriptions(randomBytes(32))
    await Promise.all([alice.here.move(next), bob.here.move(next)])
    const carol = await meet(next, [broadcastChannelDiscovery()])
    await carol.opened(2)
    expect(link?.link.state.kind).toBe('open')
    await Promise.all([alice.opened(2), bob.opened(2)])
  })

  it('connects through a relay that repeats and alters all messages', async () => {
    /** A relay that repeats and alters messages. */
    const meddling = (discovery: Discovery): Discovery => ({
      ...discovery,
      join: (topic, { receive, joined }) =>
        discovery.join(topic, {
          ...(joined && { joined }),
          receive(message) {
            const altered = message.slice()
            altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1
            for (const said of [altered, message, message]) receive(said)
          },
        }),
    })
    const at = await subscriptions(randomBytes(32))
    const [alice, bob] = [
      await meet(at, [meddling(relayDiscovery(inject('relayUrl')))]),
      await meet(at, [meddling(relayDiscovery(inject('relayUrl')))]),
    ]
    await Promise.all([alice.opened(1), bob.opened(1)])
    for (const { links, ignored } of [alice, bob]) {
      expect(links).toHaveLength(1)
      expect(ignored).toHaveBeenCalledWith(expect.objectContaining({ code: 'replayed' }))
      expect(ignored).toHaveBeenCalledWith(expect.objectContaining({ code: 'not-sealed' }))
    }
  })

  it('opens at most ten links to a device that only sends offers', async () => {
    const at = await subscriptions(randomBytes(32))
    const subscription = at[1]
    if (!subscription) throw new Error('There are three subscriptions.')
    const rogue = broadcastChannelDiscovery()
    ends.push(() => rogue.close())
    const said: Uint8Array[] = []
    const meeting = rogue.join(subscription.topic, { receive: (message) => said.push(message) })
    const alice = await meet(at, [broadcastChannelDiscovery()])
    await eventually(() => expect(said).not.toEqual([]))

    // Greater than alice's number, so that alice is polite and waits for offers.
    const senders = Array.from({ length: 30 }, (_, index) => new Uint8Array(16).fill(255).with(15, index))
    const sealers = await Promise.all(senders.map((sender) => sealer({ ...subscription, sender, nonces: nonceMemory() })))
    const opened = await sealers[0]?.open(said[0] ?? new Uint8Array())
    const to = toHex(opened?.sender ?? new Uint8Array())
    for (const { seal } of sealers) {
      const signal = { kind: 'candidates', candidates: [] }
      await meeting.publish(await seal(toCbor({ kind: 'signal', to, session: 'mine', signal })))
    }

    await eventually(() => expect(alice.links).toHaveLength(CONNECTING_LIMIT))
    // When the last hello is answered, all signals before it have been processed.
    const before = said.length
    await meeting.publish(await (sealers[29] as Sealer).seal(toCbor({ kind: 'hello' })))
    await eventually(() => expect(said.length).toBeGreaterThan(before))
    expect(alice.links).toHaveLength(CONNECTING_LIMIT)
  })

  it('does not connect to a device with another secret', async () => {
    const at = await subscriptions(randomBytes(32))
    const alice = await meet(at, [broadcastChannelDiscovery()])
    // Knows the topics, like a relay, but not the secret.
    const stranger = await meet(
      at.map((subscription) => ({ ...subscription, secret: randomBytes(32) })),
      [broadcastChannelDiscovery()],
    )
    await eventually(() => expect(alice.ignored).toHaveBeenCalledWith(expect.objectContaining({ code: 'not-sealed' })))
    expect([...alice.links, ...stranger.links]).toEqual([])
  })
})

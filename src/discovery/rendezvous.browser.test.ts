import { afterEach, describe, expect, inject, it, vi } from 'vitest'
import { randomBytes } from '../bytes/encoding.ts'
import type { Link } from '../network/adapter/link.ts'
import { type Device, makeDevice } from '../network/testing/linked-pair.ts'
import { broadcastChannelDiscovery } from './broadcast-channel.ts'
import type { Discovery } from './discovery.ts'
import { relayDiscovery } from './relay.ts'
import { type Place, type Rendezvous, rendezvous } from './rendezvous.ts'
import { daysAround, topicOf } from './topics.ts'

const places = async (secret: Uint8Array, speakOn = 1): Promise<readonly Place[]> =>
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

  const meet = async (at: readonly Place[], discoveries: readonly Discovery[]) => {
    const device: Device = makeDevice(RTCPeerConnection)
    const links: { readonly peer: string; readonly polite: boolean; readonly link: Link }[] = []
    const ignored = vi.fn()
    const failed = vi.fn()
    const here: Rendezvous = await rendezvous({
      discoveries,
      places: at,
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
      await vi.waitFor(() => expect(links.filter(({ link }) => link.state.kind === 'open')).toHaveLength(count), 5_000)
      return links.filter(({ link }) => link.state.kind === 'open')
    }
    return { here, links, opened, ignored, failed }
  }

  it.each([
    ['this browser', () => [broadcastChannelDiscovery()]],
    ['a relay', () => [relayDiscovery(inject('relayUrl'))]],
    ['both at once', () => [broadcastChannelDiscovery(), relayDiscovery(inject('relayUrl'))]],
  ])('links three devices to each other by %s', async (_, ways) => {
    const at = await places(randomBytes(32))
    const devices = [await meet(at, ways()), await meet(at, ways()), await meet(at, ways())]
    for (const { opened, failed } of devices) {
      expect((await opened(2)).map(({ link }) => link.path)).toHaveLength(2)
      expect(failed).not.toHaveBeenCalled()
    }
  })

  it('finds a device whose clock is a day ahead', async () => {
    const secret = randomBytes(32)
    const [alice, bob] = [
      await meet(await places(secret, 1), [broadcastChannelDiscovery()]),
      await meet(await places(secret, 2), [broadcastChannelDiscovery()]),
    ]
    await Promise.all([alice.opened(1), bob.opened(1)])
  })

  it('links again when one side lost the link and calls', async () => {
    const at = await places(randomBytes(32))
    const [alice, bob] = [await meet(at, [broadcastChannelDiscovery()]), await meet(at, [broadcastChannelDiscovery()])]
    const [first] = await alice.opened(1)
    await bob.opened(1)
    first?.link.close()
    alice.here.call()
    const [second] = await alice.opened(1)
    expect(second?.link).not.toBe(first?.link)
    await bob.opened(1)
  })

  it('moves to other places and keeps its links', async () => {
    const secret = randomBytes(32)
    const [alice, bob] = [
      await meet(await places(secret), [broadcastChannelDiscovery()]),
      await meet(await places(secret), [broadcastChannelDiscovery()]),
    ]
    const [link] = await alice.opened(1)
    const next = await places(randomBytes(32))
    await Promise.all([alice.here.move(next), bob.here.move(next)])
    const carol = await meet(next, [broadcastChannelDiscovery()])
    await carol.opened(2)
    expect(link?.link.state.kind).toBe('open')
    await Promise.all([alice.opened(2), bob.opened(2)])
  })

  it('meets nobody who has another secret', async () => {
    const at = await places(randomBytes(32))
    const alice = await meet(at, [broadcastChannelDiscovery()])
    // Knows the topics, as a relay does, and nothing else.
    const stranger = await meet(
      at.map((place) => ({ ...place, secret: randomBytes(32) })),
      [broadcastChannelDiscovery()],
    )
    await vi.waitFor(() => expect(alice.ignored).toHaveBeenCalledWith(expect.objectContaining({ code: 'not-sealed' })))
    expect([...alice.links, ...stranger.links]).toEqual([])
  })
})

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { eventually } from '../../../test/support/eventually.ts'
import { startRelay, type TestRelay } from '../../../test/support/relay.ts'
import { acceptDiscovery, aTopic } from '../discovery.acceptance.ts'
import type { Discovery } from '../discovery.ts'
import { type RelayOptions, relayDiscovery } from './relay.ts'

const QUICK: RelayOptions = { WebSocket, backoff: { first: 5, most: 20 } }

describe('relay discovery in Node', () => {
  let relay: TestRelay
  let port: number
  const made: Discovery[] = []
  const device = (options: RelayOptions = {}) => {
    const discovery = relayDiscovery(`ws://127.0.0.1:${port}/relay`, { ...QUICK, ...options })
    made.push(discovery)
    return discovery
  }

  beforeAll(async () => {
    relay = await startRelay()
    port = relay.port
  })
  afterEach(() => {
    for (const discovery of made.splice(0)) discovery.close()
  })
  afterAll(() => relay.stop())

  acceptDiscovery('relay', () => relayDiscovery(relay.url, QUICK))

  it('rejoins automatically after the relay was down', async () => {
    const topic = aTopic()
    const heard = vi.fn()
    const joined = vi.fn()
    const alice = device().join(topic, { receive: vi.fn() })
    const bobs = device()
    const statuses: string[] = []
    const bob = bobs.join(topic, { receive: heard, joined })
    await Promise.all([alice.ready(), bob.ready()])
    bobs.onStatus((status) => statuses.push(status))

    await relay.stop()
    await eventually(() => expect(statuses).toEqual(['reachable', 'unreachable']))
    await expect(bob.publish(Uint8Array.of(1))).rejects.toMatchObject({ code: 'unreachable' })
    relay = await startRelay({ port })
    await Promise.all([alice.ready(), bob.ready()])
    expect(joined).toHaveBeenCalledTimes(2)

    await alice.publish(Uint8Array.of(2))
    await eventually(() => expect(heard).toHaveBeenCalledExactlyOnceWith(Uint8Array.of(2)))
    expect(statuses).toEqual(['reachable', 'unreachable', 'reachable'])
  })

  it('reconnects if the relay stops responding', async () => {
    const statuses: string[] = []
    const sockets: WebSocket[] = []
    /** Connects, then drops all messages. */
    class Dumb extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol)
        sockets.push(this)
      }
      override send(bytes: Uint8Array) {
        if (sockets.length > 1) super.send(bytes)
      }
    }
    const discovery = device({ WebSocket: Dumb, ping: 20 })
    discovery.onStatus((status) => statuses.push(status))
    await discovery.join(aTopic(), { receive: vi.fn() }).ready()
    expect(sockets).toHaveLength(2)
    expect(statuses).toEqual(['unreachable', 'reachable', 'unreachable', 'reachable'])
  })

  it('emits the TURN servers of the relay, also to later listeners', async () => {
    await relay.stop()
    relay = await startRelay({ port, ice: { stun: [], turn: ['turn:t:3478'], turnSecret: 'north' } })
    const discovery = device()
    const heard = vi.fn()
    discovery.onTurnServers?.(heard)
    await discovery.join(aTopic(), { receive: vi.fn() }).ready()
    const servers = [{ urls: ['turn:t:3478'], username: expect.any(String), credential: expect.any(String) }]
    expect(heard).toHaveBeenCalledExactlyOnceWith(servers)
    const later = vi.fn()
    discovery.onTurnServers?.(later)
    expect(later).toHaveBeenCalledExactlyOnceWith(servers)
  })

  it('rejects a topic above the limit', async () => {
    const discovery = device()
    const meetings = Array.from({ length: 129 }, () => discovery.join(aTopic(), { receive: vi.fn() }))
    const last = meetings.pop()
    await Promise.all(meetings.map((meeting) => meeting.ready()))
    await expect(last?.ready()).rejects.toMatchObject({ code: 'refused' })
  })
})

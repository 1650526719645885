import { on, once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { eventually } from '../../test/support/eventually.ts'
import { startRelay, type TestRelay, type TestRelayOptions } from '../../test/support/relay.ts'
import type { Topic } from '../discovery/discovery.ts'
import {
  decodeRelayFrame,
  encodeRelayFrame,
  RELAY_CLOSED,
  RELAY_FRAME_LIMIT,
  RELAY_PROTOCOL,
} from '../discovery/relay/relay-wire.ts'
import { addressList } from './client-address.ts'

const topicOf = (fill: number) => new Uint8Array(32).fill(fill) as Uint8Array as Topic
const join = (fill: number) => encodeRelayFrame({ kind: 'join', topic: topicOf(fill) })
const say = (fill: number, ...body: number[]) =>
  encodeRelayFrame({ kind: 'message', topic: topicOf(fill), body: Uint8Array.from(body) })

describe('the relay', () => {
  let relay: TestRelay | undefined
  afterEach(async () => relay?.stop())

  const start = async (options?: TestRelayOptions) => {
    relay = await startRelay(options)
    return relay
  }
  const client = async ({ url }: TestRelay) => {
    const socket = new WebSocket(url, RELAY_PROTOCOL)
    await once(socket, 'open')
    return socket
  }
  const nextFrame = async (socket: WebSocket) => {
    const [data] = await once(socket, 'message')
    return decodeRelayFrame(new Uint8Array(data))
  }
  const closeCode = async (socket: WebSocket) => {
    const [code, why] = await once(socket, 'close')
    return [code, String(why)]
  }

  it('disconnects a client that sends a malformed frame', async () => {
    const socket = await client(await start())
    socket.send(Uint8Array.of(9, 9, 9))
    expect(await closeCode(socket)).toEqual([RELAY_CLOSED.malformed, 'This frame is malformed.'])
  })

  it('disconnects a client that sends text', async () => {
    const socket = await client(await start())
    socket.send('hello')
    expect(await closeCode(socket)).toEqual([RELAY_CLOSED.malformed, 'The relay accepts binary frames only.'])
  })

  it('disconnects a client that sends a frame above the limit', async () => {
    const socket = await client(await start())
    socket.send(new Uint8Array(RELAY_FRAME_LIMIT + 1))
    expect(await closeCode(socket)).toEqual([1009, ''])
  })

  it('disconnects a client that sends too many messages', async () => {
    const socket = await client(await start({ limits: { messagesAtOnce: 3, messagesPerSecond: 0 } }))
    for (let count = 0; count < 4; count++) socket.send(join(1))
    expect(await closeCode(socket)).toEqual([RELAY_CLOSED.tooManyMessages, 'Too many messages; the limit is 0 per second.'])
  })

  it('disconnects an idle client', async () => {
    const socket = await client(await start({ limits: { idle: 10 } }))
    expect(await closeCode(socket)).toEqual([RELAY_CLOSED.idle, 'This client was idle for too long.'])
  })

  const refusal = async ({ url }: TestRelay) => {
    const [, response] = await once(new WebSocket(url, RELAY_PROTOCOL), 'unexpected-response')
    return [response.statusCode, await text(response)]
  }

  it('limits connections from one address, and accepts new ones after others close', async () => {
    const here = await start({ limits: { connectionsPerAddress: 1 } })
    const first = await client(here)
    expect(await refusal(here)).toEqual([429, 'Too many connections from this address; the limit is 1. Close some of them.'])
    first.close()
    await eventually(() => expect(here.served.relay.counts.connections).toBe(0))
    const third = await client(here)
    third.send(join(1))
    expect(await nextFrame(third)).toMatchObject({ kind: 'join' })
    expect(here.served.relay.counts.text()).toContain('tessera_relay_refused_connections_total{status="429"} 1')
  })

  it('refuses connections when it is full', async () => {
    const here = await start({ limits: { connections: 0 } })
    expect(await refusal(here)).toEqual([503, 'This relay is full. Try again later.'])
  })

  it('refuses topics above the limit and keeps those already joined', async () => {
    const here = await start({ limits: { topicsPerConnection: 1 } })
    const [alice, bob] = [await client(here), await client(here)]
    for (const socket of [alice, bob]) {
      socket.send(join(1))
      expect(await nextFrame(socket)).toEqual({ kind: 'join', topic: topicOf(1) })
    }
    alice.send(join(2))
    expect(await nextFrame(alice)).toEqual({ kind: 'leave', topic: topicOf(2) })
    bob.send(say(1, 5))
    expect(await nextFrame(alice)).toEqual({ kind: 'message', topic: topicOf(1), body: Uint8Array.of(5) })
  })

  describe('the limits on topics of an address and a network', () => {
    const from = async ({ url }: TestRelay, address: string) => {
      const socket = new WebSocket(url, RELAY_PROTOCOL, { headers: { 'X-Forwarded-For': address } })
      await once(socket, 'open')
      return async (fill: number) => {
        socket.send(join(fill))
        return (await nextFrame(socket))?.kind
      }
    }
    const trustedProxies = addressList()

    it('hold for all connections of an address', async () => {
      const here = await start({ trustedProxies, limits: { topicsPerAddress: 2 } })
      const [one, two] = [await from(here, '192.0.2.1'), await from(here, '192.0.2.1')]
      expect([await one(1), await two(2), await two(3), await one(1)]).toEqual(['join', 'join', 'leave', 'join'])
      expect(await (await from(here, '192.0.2.2'))(3)).toBe('join')
    })

    it.each([
      ['IPv4 /24', '192.0.2.1', '192.0.2.2', '192.0.3.1'],
      ['IPv6 /48', '2001:db8:1:1::1', '2001:db8:1:2::1', '2001:db8:2:1::1'],
    ])('hold for all addresses of an %s', async (_, first, second, other) => {
      const here = await start({ trustedProxies, limits: { topicsPerNetwork: 2 } })
      const [one, two] = [await from(here, first), await from(here, second)]
      expect([await one(1), await two(2), await two(3)]).toEqual(['join', 'join', 'leave'])
      expect(await (await from(here, other))(3)).toBe('join')
    })

    it('refuse those with many topics while the relay is crowded, and nobody else', async () => {
      const here = await start({ trustedProxies, limits: { topics: 4, topicsPerAddress: 16 } })
      const greedy = await from(here, '192.0.2.1')
      expect([await greedy(1), await greedy(2), await greedy(3)]).toEqual(['join', 'join', 'leave'])
      expect(await (await from(here, '198.51.100.1'))(4)).toBe('join')
    })
  })

  it('sends TURN credentials only after a client joins a topic, and again before they expire', async () => {
    const ice = { stun: [], turn: ['turn:t:3478'], turnSecret: 'north' }
    const here = await start({ ice, limits: { turnRenewal: 0 } })
    const socket = await client(here)
    const ping = encodeRelayFrame({ kind: 'ping' })
    socket.send(ping)
    expect(await nextFrame(socket)).toEqual({ kind: 'ping' })
    const frames = on(socket, 'message')
    const next = async () => decodeRelayFrame(new Uint8Array((await frames.next()).value[0]))
    const given = { kind: 'turn-servers', servers: [{ urls: ['turn:t:3478'], username: expect.any(String) }] }
    for (const said of [join(1), ping]) {
      socket.send(said)
      expect(await next()).toMatchObject(given)
      expect(encodeRelayFrame((await next()) ?? { kind: 'ping' })).toEqual(said)
    }
    socket.send(encodeRelayFrame({ kind: 'turn-servers', servers: [] }))
    expect(await closeCode(socket)).toEqual([RELAY_CLOSED.malformed, 'This frame is malformed.'])
  })

  it.each([
    ['https://tessera.example.org', 'turn-servers'],
    ['https://other.example', 'turn-servers'],
    ['https://foreign.example', 'join'],
    ['null', 'join'],
  ])('answers the first join of a page from %s with %s', async (origin, kind) => {
    const here = await start({
      ice: { stun: [], turn: ['turn:t:3478'], turnSecret: 'north' },
      publicUrl: 'https://tessera.example.org/',
      turnOrigins: ['https://other.example'],
    })
    const socket = new WebSocket(here.url, RELAY_PROTOCOL, { origin })
    await once(socket, 'open')
    socket.send(join(1))
    expect((await nextFrame(socket))?.kind).toBe(kind)
  })

  it('sends TURN credentials to pages of its own host', async () => {
    const here = await start({ ice: { stun: [], turn: ['turn:t:3478'], turnSecret: 'north' } })
    const socket = new WebSocket(here.url, RELAY_PROTOCOL, { origin: `http://127.0.0.1:${here.port}` })
    await once(socket, 'open')
    socket.send(join(1))
    expect((await nextFrame(socket))?.kind).toBe('turn-servers')
  })

  it('does not resend valid TURN credentials', async () => {
    const here = await start({ ice: { stun: [], turn: ['turn:t:3478'], turnSecret: 'north' } })
    const socket = await client(here)
    socket.send(join(1))
    expect(await nextFrame(socket)).toMatchObject({ kind: 'turn-servers' })
    socket.send(join(2))
    expect(await nextFrame(socket)).toMatchObject({ kind: 'join', topic: topicOf(2) })
  })

  it('forwards nothing from a client that has not joined', async () => {
    const here = await start()
    const [alice, stranger, bob] = [await client(here), await client(here), await client(here)]
    for (const socket of [alice, bob]) {
      socket.send(join(1))
      await nextFrame(socket)
    }
    stranger.send(say(1, 6))
    stranger.send(encodeRelayFrame({ kind: 'ping' }))
    expect(await nextFrame(stranger)).toEqual({ kind: 'ping' })
    bob.send(say(1, 7))
    expect(await nextFrame(alice)).toMatchObject({ body: Uint8Array.of(7) })
  })

  it('closes its clients with a code when it shuts down', async () => {
    const here = await start()
    const socket = await client(here)
    const closed = closeCode(socket)
    await here.stop()
    relay = undefined
    expect(await closed).toEqual([RELAY_CLOSED.leaving, 'This relay is shutting down.'])
  })

  it('deletes topics without clients', async () => {
    const here = await start()
    const alice = await client(here)
    alice.send(join(1))
    await nextFrame(alice)
    expect(here.served.relay.counts.topics).toBe(1)
    alice.send(encodeRelayFrame({ kind: 'leave', topic: topicOf(1) }))
    alice.send(encodeRelayFrame({ kind: 'ping' }))
    await nextFrame(alice)
    expect(here.served.relay.counts.topics).toBe(0)
  })
})

/** Attacks by unauthenticated clients. Before its fix, each one crashed, starved or misled the server. */
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { HANDSHAKE } from '../../scripts/hostile-requests.mjs'
import { eventually } from '../../test/support/eventually.ts'
import { clientFrame, dial, exchange, openDescriptors, statusOf, untilClosed } from '../../test/support/raw-http.ts'
import { startRelay, type TestRelay, type TestRelayOptions } from '../../test/support/relay.ts'
import { addressList } from './client-address.ts'
import type { RelayLimits } from './limits.ts'

/** Bytes of a file that exceeds every socket buffer. */
const LARGE = 8 * 1024 * 1024

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-app-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Tessera</title>')
  await writeFile(join(folder, '.secret'), 'hidden')
  await writeFile(join(folder, 'assets', 'large.wasm'), Buffer.alloc(LARGE, 7))
  await writeFile(join(folder, 'assets', 'page-1a2b3c4d.js'), '0123456789')
})
afterAll(() => rm(folder, { recursive: true }))

let relay: TestRelay
const opened: Socket[] = []
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy()
  await relay.stop()
})
const start = async (options: TestRelayOptions = {}) => {
  relay = await startRelay({ app: folder, ...options })
}
const open = async (options?: { allowHalfOpen: boolean }) => {
  const socket = await dial(relay.port, options)
  opened.push(socket)
  return socket
}
const get = (path: string, ...headers: string[]) =>
  exchange(relay.port, `GET ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers)
const isAlive = async () => expect(statusOf(await get('/health'))).toBe(200)

describe('ranges', () => {
  it.each([
    ['bytes=5-2', 416, ''],
    ['bytes=0-9007199254740993', 206, '0123456789'],
    ['bytes=0-99999999999999999999999999', 206, '0123456789'],
    ['bytes=99999999999999999999-', 416, ''],
    ['bytes=2-4', 206, '234'],
    ['bytes=-3', 206, '789'],
    ['bytes=-0', 416, ''],
    ['bytes=10-', 416, ''],
    ['bytes=0-1,4-5', 200, '0123456789'],
    ['bytes=x-y', 200, '0123456789'],
    ['lines=1-2', 200, '0123456789'],
  ])('answers %s with %i', async (range, status, body) => {
    await start()
    const answer = await get('/assets/page-1a2b3c4d.js', `Range: ${range}`)
    expect(statusOf(answer)).toBe(status)
    if (body) expect(answer.split('\r\n\r\n')[1]).toBe(body)
    await isAlive()
  })
})

describe('addresses', () => {
  it.each([
    ['/../../etc/passwd', 403],
    ['/..%2f..%2fetc%2fpasswd', 403],
    ['/assets/%2e%2e/%2e%2e/etc/passwd', 403],
    ['/..\\..\\etc\\passwd', 403],
    ['/.secret', 404],
    ['/%2esecret', 404],
    ['/a%00b', 400],
    ['/%', 400],
    ['/%ff', 400],
    ['//example.org/', 404],
    ['http://example.org/health', 200],
    ['http://[/', 400],
    ['ftp://example.org/', 400],
    ['*', 400],
    [`/${'a'.repeat(300)}`, 200],
  ])('answers %s with %i', async (path, status) => {
    await start()
    const answer = await get(path)
    expect(statusOf(answer)).toBe(status)
    expect(answer).not.toMatch(/root:|hidden|\r\nLocation:/i)
    await isAlive()
  })

  it('never serve the page with the cache headers of an immutable asset', async () => {
    await start()
    expect(statusOf(await get('/assets/page'))).toBe(404)
    expect(statusOf(await get('/assets'))).toBe(404)
    for (const path of ['/assets/missing.js', '/assets/../index.html', '/assets/%2e%2e/']) {
      expect(await get(path)).not.toMatch(/immutable/)
    }
  })
})

describe('file descriptors', () => {
  it.skipIf(process.platform !== 'linux')('are closed after aborted downloads', async () => {
    await start()
    await isAlive()
    const before = openDescriptors()
    for (let count = 0; count < 100; count++) {
      const socket = await open()
      // The second response is queued behind the first one and is never assigned the socket.
      socket.write('GET /assets/large.wasm HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(1 + (count % 2)))
      await once(socket, 'data')
      socket.resetAndDestroy()
    }
    await eventually(() => expect(openDescriptors()).toBeLessThanOrEqual(before))
  })

  it('are closed after refused upgrades, even if the client keeps its side open', async () => {
    await start({ limits: { connections: 0 } })
    for (const path of ['/elsewhere', '/relay']) {
      const socket = await open({ allowHalfOpen: true })
      socket.write(`GET ${path} HTTP/1.1\r\n${HANDSHAKE.join('\r\n')}\r\n\r\n`)
      await once(socket, 'data')
    }
    await eventually(async () => expect(await acceptedBy(relay)).toBe(0))
  })
})

/** The number of open sockets of the server, including those of the relay. */
const acceptedBy = ({ served }: TestRelay) => promisify(served.server.getConnections.bind(served.server))()

it('limits the sockets of one address', async () => {
  await start({ limits: { socketsPerAddress: 2 } })
  const [first] = [await open(), await open()]
  await eventually(async () => expect(await acceptedBy(relay)).toBe(2))
  expect(await untilClosed(await open())).toBe('')
  first.destroy()
  await eventually(async () => expect(await acceptedBy(relay)).toBe(1))
  await isAlive()
})

describe('a client of the relay', () => {
  const topic = new Uint8Array(32).fill(1)
  const message = new Uint8Array(8 * 1024)
  const join = clientFrame(2, Uint8Array.of(1, ...topic))
  const say = clientFrame(2, Uint8Array.of(3, ...topic, ...message))

  const enter = async (...frames: Buffer[]) => {
    const socket = await open({ allowHalfOpen: true })
    socket.write(`GET /relay HTTP/1.1\r\n${HANDSHAKE.join('\r\n')}\r\n\r\n`)
    await once(socket, 'data')
    for (const frame of frames) socket.write(frame)
    return socket
  }
  const counted = (line: string) =>
    eventually(() => expect(relay.served.relay.counts.text()).toContain(`\ntessera_relay_${line}\n`))

  it('is disconnected when it floods WebSocket pings', async () => {
    await start({ limits: { messagesPerSecond: 0, messagesAtOnce: 10 } })
    const socket = await enter()
    for (let count = 0; count < 11; count++) socket.write(clientFrame(9, new Uint8Array(125)))
    await counted('hang_ups_total{code="4429"} 1')
  })

  it('is disconnected when it floods pongs', async () => {
    await start({ limits: { messagesPerSecond: 0, messagesAtOnce: 10 } })
    const socket = await enter()
    for (let count = 0; count < 11; count++) socket.write(clientFrame(10))
    await counted('hang_ups_total{code="4429"} 1')
  })

  it('is disconnected when it sends too many fragments', async () => {
    await start()
    const socket = await enter(clientFrame(2, Uint8Array.of(4), false))
    for (let count = 0; count < 20; count++) socket.write(clientFrame(0, undefined, false))
    await counted('errors_total 1')
  })

  it('cannot send compressed frames', async () => {
    await start()
    const compressed = clientFrame(2, new Uint8Array(100))
    compressed[0] = 0xc2
    await enter(compressed)
    await counted('errors_total 1')
  })

  it('leaves its topics when the relay closes it, even if it keeps its socket open', async () => {
    await start()
    await enter(join, clientFrame(2, Uint8Array.of(9)))
    await counted('hang_ups_total{code="4400"} 1')
    await counted('topics 0')
  })

  const floodOneThatDoesNotRead = async (queues: Partial<RelayLimits>) => {
    await start({ limits: { messagesAtOnce: 100_000, ...queues } })
    const slow = await enter(join)
    slow.pause()
    await counted('topics 1')
    const loud = await enter(join)
    for (let count = 0; count < 4_000; count++) loud.write(say)
  }

  it('is disconnected if it does not read', async () => {
    await floodOneThatDoesNotRead({ queued: 64 * 1024 })
    await counted('hang_ups_total{code="4431"} 1')
  })

  it('is disconnected at a lower limit while all queues together are too long', async () => {
    await floodOneThatDoesNotRead({ queued: 64 * 1024 ** 2, queuedInAll: 1024 ** 2 })
    await counted('hang_ups_total{code="4431"} 1')
  })

  it('has a forwarding limit that reconnecting does not reset', async () => {
    await start({ limits: { forwardedPerSecond: 0, forwardedAtOnce: 2 * (1 + 32 + message.length) } })
    await enter(join)
    const first = await enter(join, say, say, say)
    await counted('forwarded_messages_total 2')
    await counted('dropped_messages_total 1')
    first.destroy()
    await counted('connections 1')
    await enter(join, say)
    await counted('dropped_messages_total 2')
  })

  it('cannot create more topics than the limit', async () => {
    await start({ limits: { topics: 1 } })
    await enter(join, clientFrame(2, new Uint8Array(33).fill(1)), clientFrame(2, Uint8Array.of(1, ...new Uint8Array(32))))
    await counted('refused_joins_total 1')
    await enter(join)
    await counted('connections 2')
    await counted('topics 1')
  })
})

describe('the limit on connections from one address', () => {
  it('is checked before the handshake and counts only accepted clients', async () => {
    await start({ limits: { connectionsPerAddress: 1 } })
    const handshake = ['GET /relay HTTP/1.1', ...HANDSHAKE] as const
    const admitted = await open()
    admitted.write(`${handshake.join('\r\n')}\r\n\r\n`)
    await once(admitted, 'data')
    for (let count = 0; count < 5; count++) expect(statusOf(await exchange(relay.port, ...handshake))).toBe(429)
    expect(relay.served.relay.counts.connections).toBe(1)
    admitted.destroy()
    await eventually(() => expect(relay.served.relay.counts.connections).toBe(0))
    const next = await open()
    next.write(`${handshake.join('\r\n')}\r\n\r\n`)
    expect(statusOf(String((await once(next, 'data'))[0]))).toBe(101)
  })

  it('applies to a whole IPv6 /64 network, and to an IPv4 address in any notation', async () => {
    await start({ limits: { connectionsPerAddress: 1 }, trustedProxies: addressList() })
    const status = async (forwarded: string) => {
      const socket = await open()
      socket.write(`GET /relay HTTP/1.1\r\n${[...HANDSHAKE, `X-Forwarded-For: ${forwarded}`].join('\r\n')}\r\n\r\n`)
      return statusOf(String((await once(socket, 'data'))[0]))
    }
    expect(await status('2001:db8:1:1::1')).toBe(101)
    expect(await status('2001:db8:1:1:ffff::2')).toBe(429)
    expect(await status('2001:db8:1:2::1')).toBe(101)
    expect(await status('192.0.2.1')).toBe(101)
    expect(await status('::ffff:192.0.2.1')).toBe(429)
  })
})

describe('requests', () => {
  it.each(['/', '/health', '/relay'])('for %s are answered if they offer an upgrade other than to a WebSocket', async (path) => {
    await start()
    const upgrade = ['GET /health HTTP/1.1'.replace('/health', path), 'Host: localhost', 'Connection: Upgrade', 'Upgrade: h2c']
    expect(statusOf(await exchange(relay.port, ...upgrade))).toBe(200)
  })

  it('for a large file with an offer to upgrade are answered completely', async () => {
    await start()
    const upgrade = ['GET /assets/large.wasm HTTP/1.1', 'Host: localhost', 'Connection: Upgrade', 'Upgrade: h2c']
    expect((await exchange(relay.port, ...upgrade)).length).toBeGreaterThan(LARGE)
  })

  it('close the socket if hundreds are pipelined without reading a response', async () => {
    await start()
    const socket = await open()
    socket.pause()
    socket.write('GET /assets/large.wasm HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(500))
    await eventually(async () => expect(await acceptedBy(relay)).toBe(0))
    await isAlive()
  })

  it('time out if their head arrives too slowly', async () => {
    await start({ limits: { head: 100 } })
    const socket = await open()
    const answer = untilClosed(socket)
    socket.write('GET / HTTP/1.1\r\nHost: loc')
    expect(statusOf(await answer)).toBe(408)
  })

  it('time out if the client does not read the response', async () => {
    await start({ limits: { stalled: 100 } })
    const socket = await open()
    socket.pause()
    socket.write('GET /assets/large.wasm HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await eventually(() => expect(socket.readableLength).toBeGreaterThan(0))
    await eventually(async () => expect(await acceptedBy(relay)).toBe(0))
  })

  it('are rejected if their head exceeds 8 KiB', async () => {
    await start()
    expect(statusOf(await get('/', `X-Long: ${'a'.repeat(8 * 1024)}`))).toBe(431)
  })

  it('are rejected for methods other than GET and HEAD, without reading their body', async () => {
    await start()
    const socket = await open()
    const answer = untilClosed(socket)
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\nabc')
    expect(statusOf(await answer)).toBe(405)
  })
})

describe('metrics', () => {
  const token = 'a token of 16 or more'.replaceAll(' ', '-')
  const status = async (...headers: string[]) =>
    statusOf(await exchange(relay.port, 'GET /metrics HTTP/1.1', 'Connection: close', ...headers))

  it('are readable from this machine only', async () => {
    await start()
    expect(await status('Host: localhost:5180')).toBe(200)
    expect(await status('Host: [::1]')).toBe(200)
    // From a proxy on this machine, and from a page that uses DNS rebinding.
    expect(await status('Host: localhost', 'X-Forwarded-For: 192.0.2.1')).toBe(403)
    expect(await status('Host: localhost', 'Forwarded: for=192.0.2.1')).toBe(403)
    expect(await status('Host: tessera.example.org')).toBe(403)
    expect(await status('Host: localhost.example.org')).toBe(403)
  })

  it('are readable from anywhere with the token', async () => {
    await start({ metricsToken: token })
    const proxied = ['Host: tessera.example.org', 'X-Forwarded-For: 192.0.2.1'] as const
    expect(await status(...proxied, `Authorization: Bearer ${token}`)).toBe(200)
    expect(await status(...proxied, `Authorization: Bearer ${token}x`)).toBe(403)
    expect(await status('Host: localhost')).toBe(403)
  })
})

/** Random requests to the relay's server, most of them malformed, from misbehaving clients. */
import { connect } from 'node:net'

/** Milliseconds after which an exchange ends, whatever the server does. */
const PATIENCE = 1_000

/** Header lines of a WebSocket handshake with the relay. */
export const HANDSHAKE = [
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol: tessera-relay-1',
]

/** A seeded random generator (mulberry32). @returns numbers from 0 (inclusive) to 1 (exclusive) */
const randomFrom = (seed) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const METHODS = [...Array(20).fill('GET'), 'HEAD', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'TRACE', 'CONNECT', 'PRI', 'get', 'BREW', '']
const PATHS = [
  '/',
  '/index.html',
  ...Array(6).fill('/assets/large.wasm'),
  ...Array(6).fill('/assets/page.js'),
  '/assets',
  '/config.json',
  '/health',
  '/metrics',
  '/relay',
  '/space/abc',
  '/../../etc/passwd',
  '/..%2f..%2fetc/passwd',
  '/%2e%2e/%2e%2e/',
  '//example.org/',
  'http://example.org/relay',
  'http://[/',
  '*',
  '/%',
  '/%00',
  '/%ff',
  '/?/../',
  '/a b',
  '/.vite/manifest.json',
  '',
]
const NUMBERS = [
  '',
  '0',
  '1',
  '-1',
  '-0',
  '5',
  '63',
  '64',
  '4294967296',
  '9007199254740993',
  '1e3',
  'NaN',
  '99999999999999999999999',
]
const DATES = ['Thu, 01 Jan 1970 00:00:00 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT', '0', 'yesterday', '"']
const TAGS = ['*', '""', 'W/""', '"a", "b"', 'W/"1-1', ',,,', '"\xff"']
const VERSIONS = [...Array(20).fill('HTTP/1.1'), 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9', '']

/** @param random a generator from `randomFrom` */
const chooser = (random) => {
  const below = (limit) => Math.floor(random() * limit)
  const one = (list) => list[below(list.length)]
  const chance = (share) => random() < share
  const bytes = (length) => Buffer.from(Array.from({ length }, () => below(256)))
  return { below, one, chance, bytes }
}

const requestMaker = ({ below, one, chance, bytes }) => {
  const range = () =>
    `${one(['bytes', 'bytes', 'bytes', 'Bytes', 'lines', ''])}=${Array.from({ length: 1 + below(3) }, () => `${one(NUMBERS)}${one(['-', '-', '-', '--', ''])}${one(NUMBERS)}`).join(one([',', ', ', ';']))}`

  const header = () =>
    one([
      () => `Range: ${range()}`,
      () => `If-Range: ${one([...DATES, ...TAGS])}`,
      () => `If-None-Match: ${one(TAGS)}`,
      () => `If-Match: ${one(TAGS)}`,
      () => `If-Modified-Since: ${one(DATES)}`,
      () => `If-Unmodified-Since: ${one(DATES)}`,
      () => `Connection: ${one(['close', 'keep-alive', 'Upgrade', 'upgrade, close', 'TE', ','])}`,
      () => `Upgrade: ${one(['websocket', 'h2c', 'WebSocket', 'tls/1.0', ''])}`,
      () => `Content-Length: ${one(NUMBERS)}`,
      () => `Transfer-Encoding: ${one(['chunked', 'chunked, chunked', 'gzip', 'identity', 'x'])}`,
      () => `Expect: ${one(['100-continue', '200-ok'])}`,
      () => `Host: ${one(['localhost', 'a b', '[', ''])}`,
      () => `X-Forwarded-For: ${one(['1.2.3.4', '::1', 'unknown', ',,,', '::ffff:1.2.3.4, [', `${'9'.repeat(300)}`])}`,
      () => `Authorization: ${one(['Bearer ', 'Bearer x', 'Basic eDp5', '\xff'])}`,
      () => `Sec-WebSocket-Version: ${one(['13', '8', '', '99999'])}`,
      () => `Sec-WebSocket-Key: ${one(['dGhlIHNhbXBsZSBub25jZQ==', 'x', ''])}`,
      () => `Sec-WebSocket-Protocol: ${one(['tessera-relay-1', ',', 'a,a', 'tessera-relay-1, tessera-relay-1'])}`,
      () => `Sec-WebSocket-Extensions: ${one(['permessage-deflate', 'permessage-deflate; x', ';', '"'])}`,
      () => `X-Long: ${'a'.repeat(below(20_000))}`,
      () => (chance(0.2) ? bytes(below(20)).toString('latin1') : `Range: ${range()}`),
    ])()

  const mutate = (request) => {
    const changed = Buffer.from(request)
    for (let count = 1 + below(3); count > 0 && changed.length > 0; count--) {
      const at = below(changed.length)
      changed[at] = one([below(256), 0, 10, 13, 32, 37, 255])
    }
    return changed
  }

  const http = () => {
    const lines = [`${one(METHODS)} ${one(PATHS)} ${one(VERSIONS)}`, ...(chance(0.9) ? ['Host: localhost'] : [])]
    for (let count = below(3); count > 0; count--) lines.push(header())
    const request = Buffer.from(`${lines.join(chance(0.97) ? '\r\n' : '\n')}\r\n\r\n`, 'latin1')
    const body = chance(0.1) ? bytes(below(2_000)) : Buffer.alloc(0)
    const whole = Buffer.concat([request, body])
    const repeated = chance(0.05) ? Buffer.concat(Array(1 + below(40)).fill(whole)) : whole
    return chance(0.15) ? mutate(repeated) : repeated
  }

  const handshake = () => {
    const lines = ['GET /relay HTTP/1.1', ...HANDSHAKE]
    if (chance(0.1)) lines.splice(1 + below(6), 1, header())
    return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  }

  const payload = () => {
    const topic = Buffer.alloc(32, below(4))
    return one([
      () => Buffer.from([1, ...topic]),
      () => Buffer.from([2, ...topic]),
      () => Buffer.from([3, ...topic, ...bytes(below(300))]),
      () => Buffer.concat([Buffer.from([3]), topic, Buffer.alloc(8_192, 7)]),
      () => Buffer.from([4]),
      () => Buffer.from([one([0, 1, 2, 3, 4, 5, 255]), ...bytes(below(40))]),
      () => Buffer.alloc(0),
      () => Buffer.alloc(8_226, 3),
    ])()
  }

  const frame = () => {
    const body = payload()
    const first = chance(0.85) ? 0x82 : below(256)
    const mask = chance(0.95) ? 0x80 : 0
    const said = chance(0.95) ? body.length : one([0, 125, 126, 65_535, 2 ** 32])
    const length =
      said < 126
        ? Buffer.from([mask | said])
        : said < 65_536
          ? Buffer.from([mask | 126, said >> 8, said & 0xff])
          : Buffer.from([mask | 127, 0, 0, 0, 1, 0, 0, 0, 0])
    return Buffer.concat([Buffer.from([first]), length, Buffer.alloc(mask ? 4 : 0), body])
  }

  const webSocket = () => Buffer.concat([handshake(), ...Array.from({ length: below(12) }, frame)])

  return () => (chance(0.65) ? http() : webSocket())
}

/** How the client ends an exchange. */
const ENDINGS = ['read', 'read', 'abort', 'half-open', 'cut', 'stall', 'drip']

/**
 * One connection: sends `request`, then misbehaves according to `ending`.
 * @returns the status codes of the responses
 */
const exchange = (port, request, ending, random) =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const statuses = []
    const finish = () => {
      if (random() < 0.5) socket.destroy()
      else {
        socket.resetAndDestroy()
        // `end` waits for pending writes, and the server may have stopped reading.
        socket.destroy()
      }
    }
    const timer = setTimeout(finish, ending === 'stall' ? PATIENCE / 8 : PATIENCE)
    socket.on('error', () => undefined)
    socket.once('close', () => {
      clearTimeout(timer)
      resolve(statuses)
    })
    socket.on('end', () => socket.end())
    socket.once('connect', () => {
      const half = Math.floor(request.length * random())
      if (ending === 'cut') return socket.write(request.subarray(0, half), finish)
      if (ending === 'drip') socket.write(request.subarray(0, half), () => socket.write(request.subarray(half)))
      else socket.write(request)
      if (ending === 'half-open') socket.end()
    })
    if (ending === 'stall') return
    socket.on('data', (data) => {
      const status = /^HTTP\/1\.1 (\d{3})/.exec(data.toString('latin1', 0, 12))?.[1]
      if (status) statuses.push(Number(status))
      if (ending === 'abort' || random() < 0.8) finish()
    })
  })

/**
 * Sends `count` requests, `width` at a time.
 * @param seed the same seed sends the same requests
 * @param progressed called after every exchange with its number
 * @returns how many answers there were of each status
 */
export const sendHostileRequests = async ({ port, count, seed, width, progressed }) => {
  const random = randomFrom(seed)
  const make = requestMaker(chooser(random))
  const answers = new Map()
  let sent = 0
  const client = async () => {
    while (sent < count) {
      sent += 1
      const number = sent
      const ending = ENDINGS[Math.floor(random() * ENDINGS.length)]
      for (const status of await exchange(port, make(), ending, random)) answers.set(status, (answers.get(status) ?? 0) + 1)
      await progressed(number)
    }
  }
  await Promise.all(Array.from({ length: width }, client))
  return answers
}

/**
 * The relay: join a topic, forward to the others on it, forget. It stores nothing, knows nobody, and writes no addresses down.
 */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import {
  decodeRelayFrame,
  encodeRelayFrame,
  RELAY_CLOSED,
  RELAY_FRAME_LIMIT,
  RELAY_PROTOCOL,
  type TurnServer,
} from '../discovery/relay/relay-wire.ts'
import { type Budget, budget } from './budget.ts'
import { RELAY_LIMITS, type RelayLimits } from './limits.ts'
import { type RelayCounts, relayCounts } from './metrics.ts'
import { refuseUpgrade } from './refuse-upgrade.ts'

export interface Relay {
  /** Takes over the socket of an HTTP upgrade, or refuses it. @param address of the client, for limits only */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void
  readonly counts: RelayCounts
  /** Tells every client to come back later, or elsewhere. */
  close(): void
}

interface Client {
  readonly socket: WebSocket
  readonly address: Address
  readonly topics: Set<string>
  readonly frames: Budget
  /** When TURN credentials were sent last. */
  turnSent: number
  heard: number
}

/** What all clients of one address share. */
interface Address {
  connections: number
  readonly forwarded: Budget
}

/** Milliseconds that a client has to answer the closing handshake. */
const CLOSE_WITHIN = 5_000

/** Pieces of one message. No client of ours fragments messages; browsers do it above 128 KiB. */
const FRAGMENT_LIMIT = 16

/** TCP chunks that one frame may come in. Each costs about 100 bytes until the frame is whole. */
const CHUNK_LIMIT = 1024

/** By how much a client's queue shrinks while all queues together are too long. */
const CROWDED = 16

/** @param turnServers makes TURN credentials; by default there is no TURN server */
export const createRelay = (changed: Partial<RelayLimits> = {}, turnServers: () => readonly TurnServer[] = () => []): Relay => {
  const limits = { ...RELAY_LIMITS, ...changed }
  // Not written inside the call: the types of `ws` do not know `closeTimeout` yet.
  const options = {
    noServer: true,
    maxPayload: RELAY_FRAME_LIMIT,
    maxFragments: FRAGMENT_LIMIT,
    maxBufferedChunks: CHUNK_LIMIT,
    closeTimeout: CLOSE_WITHIN,
    // Answers to WebSocket pings count and queue like everything else that is sent.
    autoPong: false,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (offered: Set<string>): string | false => (offered.has(RELAY_PROTOCOL) ? RELAY_PROTOCOL : false),
  }
  const server = new WebSocketServer(options)
  const topics = new Map<string, Set<Client>>()
  const clients = new Set<Client>()
  const addresses = new Map<string, Address>()
  const counts = relayCounts(clients, topics)
  /** Bytes that wait for all clients together. */
  let queued = 0

  const hangUp = (client: Client, code: number, why: string) => {
    counts.hungUp(code)
    client.socket.close(code, why)
    leaveAll(client)
  }

  const leave = (client: Client, topic: string) => {
    if (!client.topics.delete(topic)) return
    const members = topics.get(topic)
    members?.delete(client)
    if (members?.size === 0) topics.delete(topic)
  }

  const leaveAll = (client: Client) => {
    for (const topic of [...client.topics]) leave(client, topic)
  }

  /** @returns whether the client reads what it is sent; one that does not is disconnected */
  const reads = (client: Client): boolean => {
    const limit = queued > limits.queuedInAll ? limits.queued / CROWDED : limits.queued
    if (client.socket.bufferedAmount <= limit) return true
    hangUp(client, RELAY_CLOSED.tooSlow, 'This client does not read what others send.')
    client.socket.terminate()
    return false
  }

  const send = (client: Client, bytes: Uint8Array): boolean => {
    if (client.socket.readyState !== client.socket.OPEN || !reads(client)) return false
    queued += bytes.length
    client.socket.send(bytes, () => {
      queued -= bytes.length
    })
    return true
  }

  /** Credentials go to who has joined a topic, and again before they expire. */
  const sendTurnServers = (client: Client, now: number) => {
    if (client.topics.size === 0 || now - client.turnSent < limits.turnRenewal) return
    const servers = turnServers()
    if (servers.length > 0 && send(client, encodeRelayFrame({ kind: 'turn-servers', servers }))) client.turnSent = now
  }

  const join = (client: Client, topic: string, name: Uint8Array<ArrayBuffer>, refusal: Uint8Array, now: number) => {
    const members = topics.get(topic)
    const full =
      client.topics.size >= limits.topicsPerConnection ||
      (members ? members.size >= limits.connectionsPerTopic : topics.size >= limits.topics)
    if (full && !client.topics.has(topic)) {
      counts.refusedJoin()
      send(client, refusal)
      return
    }
    topics.set(topic, (members ?? new Set()).add(client))
    client.topics.add(topic)
    // First, so that connections made after joining can use them.
    sendTurnServers(client, now)
    send(client, name)
  }

  const forward = (from: Client, topic: string, bytes: Uint8Array, now: number) => {
    const members = topics.get(topic)
    if (!members) return
    if (!from.address.forwarded.spend(bytes.length * (members.size - 1), now)) return counts.dropped()
    for (const member of [...members]) if (member !== from && send(member, bytes)) counts.forwarded(bytes.length)
  }

  /** @returns whether the client may send another frame */
  const hear = (client: Client, now: number): boolean => {
    client.heard = now
    if (client.frames.spend(1, now)) return true
    hangUp(client, RELAY_CLOSED.tooManyMessages, `At most ${limits.messagesPerSecond} messages a second are taken.`)
    return false
  }

  const take = (client: Client, bytes: Uint8Array<ArrayBuffer>) => {
    const now = performance.now()
    if (!hear(client, now)) return
    const frame = decodeRelayFrame(bytes)
    if (!frame || frame.kind === 'turn-servers')
      return hangUp(client, RELAY_CLOSED.malformed, 'This frame means nothing to a relay.')
    if (frame.kind === 'ping') {
      sendTurnServers(client, now)
      return send(client, bytes)
    }
    const topic = Buffer.from(frame.topic).toString('base64')
    if (frame.kind === 'join') return join(client, topic, bytes, encodeRelayFrame({ kind: 'leave', topic: frame.topic }), now)
    if (frame.kind === 'leave') return leave(client, topic)
    // Who is not on a topic cannot speak on it: nobody gets to write to strangers for free.
    if (client.topics.has(topic)) forward(client, topic, bytes, now)
  }

  const addressOf = (name: string, now: number): Address => {
    const known = addresses.get(name)
    if (known) return known
    const address = { connections: 0, forwarded: budget(limits.forwardedPerSecond, limits.forwardedAtOnce, now) }
    addresses.set(name, address)
    return address
  }

  const welcome = (socket: WebSocket, name: string) => {
    const now = performance.now()
    const address = addressOf(name, now)
    const frames = budget(limits.messagesPerSecond, limits.messagesAtOnce, now)
    const client: Client = { socket, address, topics: new Set(), frames, turnSent: Number.NEGATIVE_INFINITY, heard: now }
    address.connections += 1
    clients.add(client)
    socket.binaryType = 'arraybuffer'
    socket.on('close', () => {
      leaveAll(client)
      clients.delete(client)
      address.connections -= 1
      forgetAddress(name, address, performance.now())
    })
    // `ws` closes a socket after each error, with a code that says why: too large a frame, text that is no UTF-8.
    socket.on('error', () => counts.broken())
    socket.on('ping', (data) => {
      if (socket.readyState === socket.OPEN && hear(client, performance.now()) && reads(client)) socket.pong(data)
    })
    socket.on('pong', () => {
      if (socket.readyState === socket.OPEN) hear(client, performance.now())
    })
    socket.on('message', (data, isBinary) => {
      if (socket.readyState !== socket.OPEN) return
      if (isBinary && data instanceof ArrayBuffer) take(client, new Uint8Array(data))
      else hangUp(client, RELAY_CLOSED.malformed, 'A relay takes binary frames only.')
    })
  }

  /** An address whose budget is not full yet is kept: reconnecting must not refill it. */
  const forgetAddress = (name: string, address: Address, now: number) => {
    if (address.connections === 0 && address.forwarded.isFull(now)) addresses.delete(name)
  }

  const sweeping = setInterval(() => {
    const now = performance.now()
    for (const [name, address] of addresses) forgetAddress(name, address, now)
    for (const client of clients) {
      if (now - client.heard <= limits.idle) continue
      hangUp(client, RELAY_CLOSED.idle, 'Nothing was heard for too long.')
      client.socket.terminate()
    }
  }, limits.idle / 2)
  // A process that has nothing else to do may end.
  sweeping.unref()

  const refuse = (socket: Duplex, status: 429 | 503, why: string) => {
    counts.refusedConnection(status)
    refuseUpgrade(socket, status, why)
  }

  return {
    upgrade(request, socket, head, name) {
      if (clients.size >= limits.connections) return refuse(socket, 503, 'This relay is full. Try again later.')
      if ((addresses.get(name)?.connections ?? 0) >= limits.connectionsPerAddress) {
        const why = `Too many connections come from this address; the limit is ${limits.connectionsPerAddress}. Close some of them.`
        return refuse(socket, 429, why)
      }
      server.handleUpgrade(request, socket, head, (accepted) => welcome(accepted, name))
    },
    counts,
    close() {
      clearInterval(sweeping)
      for (const client of clients) hangUp(client, RELAY_CLOSED.leaving, 'This relay is going away.')
      server.close()
    },
  }
}

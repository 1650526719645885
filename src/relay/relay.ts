/**
 * The relay: clients join topics, and each message is forwarded to the other clients of its topic. It has no accounts, stores no
 * data and logs no addresses.
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
import { networkOf } from './address-group.ts'
import { type Budget, budget } from './budget.ts'
import { RELAY_LIMITS, type RelayLimits } from './limits.ts'
import { type RelayCounts, relayCounts } from './metrics.ts'
import { refuseUpgrade } from './refuse-upgrade.ts'

export interface Relay {
  /**
   * Accepts or refuses the socket of an HTTP upgrade.
   * @param address of the client, used for limits only
   * @param mayTurn whether the client may get TURN credentials
   */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, address: string, mayTurn: boolean): void
  readonly counts: RelayCounts
  /** Closes all clients with the code `leaving`, so that they reconnect later or to another relay. */
  close(): void
}

interface Client {
  readonly socket: WebSocket
  readonly address: Address
  readonly topics: Set<string>
  /** Whether the client may get TURN credentials. */
  readonly mayTurn: boolean
  readonly frames: Budget
  /** Time at which TURN credentials were last sent, from `performance.now()`. */
  turnSent: number
  lastFrame: number
}

/** State shared by all clients of one address. */
interface Address {
  readonly network: string
  connections: number
  /** Topics joined by the clients of this address. A topic counts once for each of them. */
  topics: number
  readonly forwarded: Budget
}

/** Milliseconds to wait for the client's side of the closing handshake. */
const CLOSE_WITHIN = 5_000

/** Maximum fragments of one message. Our clients do not fragment messages; browsers do it above 128 KiB. */
const FRAGMENT_LIMIT = 16

/** Maximum TCP chunks of one frame. Each uses about 100 bytes until the frame is complete. */
const CHUNK_LIMIT = 1024

/** Divisor of limits while the relay is crowded: of a client's queue, and of the topics of an address and of a network. */
const CROWDED_DIVISOR = 16

/** @param turnServers returns TURN servers with fresh credentials; by default there are none */
export const createRelay = (changed: Partial<RelayLimits> = {}, turnServers: () => readonly TurnServer[] = () => []): Relay => {
  const limits = { ...RELAY_LIMITS, ...changed }
  // A variable avoids the excess property check, because the types of `ws` lack `closeTimeout`.
  const options = {
    noServer: true,
    maxPayload: RELAY_FRAME_LIMIT,
    maxFragments: FRAGMENT_LIMIT,
    maxBufferedChunks: CHUNK_LIMIT,
    closeTimeout: CLOSE_WITHIN,
    // Pongs are sent by hand, so that they respect the limits on frames and queued bytes.
    autoPong: false,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (offered: Set<string>): string | false => (offered.has(RELAY_PROTOCOL) ? RELAY_PROTOCOL : false),
  }
  const server = new WebSocketServer(options)
  const topics = new Map<string, Set<Client>>()
  const clients = new Set<Client>()
  const addresses = new Map<string, Address>()
  /** Topics joined by the clients of each network. */
  const networkTopics = new Map<string, number>()
  const counts = relayCounts(clients, topics)
  /** Bytes queued for all clients together. */
  let queued = 0

  const hangUp = (client: Client, code: number, reason: string) => {
    counts.hungUp(code)
    client.socket.close(code, reason)
    leaveAll(client)
  }

  const countTopics = ({ address }: Client, change: 1 | -1) => {
    address.topics += change
    const joined = (networkTopics.get(address.network) ?? 0) + change
    if (joined > 0) networkTopics.set(address.network, joined)
    else networkTopics.delete(address.network)
  }

  /** Whether the client, its address or its network has joined as many topics as it may. */
  const hasAllTopics = (client: Client): boolean => {
    const divisor = topics.size >= limits.topics / 2 ? CROWDED_DIVISOR : 1
    return (
      client.topics.size >= limits.topicsPerConnection ||
      client.address.topics >= limits.topicsPerAddress / divisor ||
      (networkTopics.get(client.address.network) ?? 0) >= limits.topicsPerNetwork / divisor
    )
  }

  const leave = (client: Client, topic: string) => {
    if (!client.topics.delete(topic)) return
    countTopics(client, -1)
    const members = topics.get(topic)
    members?.delete(client)
    if (members?.size === 0) topics.delete(topic)
  }

  const leaveAll = (client: Client) => {
    for (const topic of [...client.topics]) leave(client, topic)
  }

  /** @returns whether the client's send queue is within its limit; if not, the client is disconnected */
  const keepsUp = (client: Client): boolean => {
    const limit = queued > limits.queuedInAll ? limits.queued / CROWDED_DIVISOR : limits.queued
    if (client.socket.bufferedAmount <= limit) return true
    hangUp(client, RELAY_CLOSED.tooSlow, 'This client reads too slowly.')
    client.socket.terminate()
    return false
  }

  const send = (client: Client, bytes: Uint8Array): boolean => {
    if (client.socket.readyState !== client.socket.OPEN || !keepsUp(client)) return false
    queued += bytes.length
    client.socket.send(bytes, () => {
      queued -= bytes.length
    })
    return true
  }

  /** Sends credentials to clients that have joined a topic, and again before they expire. */
  const sendTurnServers = (client: Client, now: number) => {
    if (!client.mayTurn || client.topics.size === 0 || now - client.turnSent < limits.turnRenewal) return
    const servers = turnServers()
    if (servers.length > 0 && send(client, encodeRelayFrame({ kind: 'turn-servers', servers }))) client.turnSent = now
  }

  const join = (client: Client, topic: string, name: Uint8Array<ArrayBuffer>, refusal: Uint8Array, now: number) => {
    const members = topics.get(topic)
    if (!client.topics.has(topic)) {
      const topicFull = members ? members.size >= limits.connectionsPerTopic : topics.size >= limits.topics
      if (topicFull || hasAllTopics(client)) {
        counts.refusedJoin()
        send(client, refusal)
        return
      }
      topics.set(topic, (members ?? new Set()).add(client))
      client.topics.add(topic)
      countTopics(client, 1)
    }
    // Send credentials before the join is confirmed, so that the client's first connections can use them.
    sendTurnServers(client, now)
    send(client, name)
  }

  const forward = (from: Client, topic: string, bytes: Uint8Array, now: number) => {
    const members = topics.get(topic)
    if (!members) return
    if (!from.address.forwarded.spend(bytes.length * (members.size - 1), now)) return counts.dropped()
    for (const member of [...members]) if (member !== from && send(member, bytes)) counts.forwarded(bytes.length)
  }

  /** Counts a received frame. @returns whether it is within the client's rate limit; if not, the client is disconnected */
  const countFrame = (client: Client, now: number): boolean => {
    client.lastFrame = now
    if (client.frames.spend(1, now)) return true
    hangUp(client, RELAY_CLOSED.tooManyMessages, `Too many messages; the limit is ${limits.messagesPerSecond} per second.`)
    return false
  }

  const handleFrame = (client: Client, bytes: Uint8Array<ArrayBuffer>) => {
    const now = performance.now()
    if (!countFrame(client, now)) return
    const frame = decodeRelayFrame(bytes)
    if (!frame || frame.kind === 'turn-servers') return hangUp(client, RELAY_CLOSED.malformed, 'This frame is malformed.')
    if (frame.kind === 'ping') {
      sendTurnServers(client, now)
      return send(client, bytes)
    }
    const topic = Buffer.from(frame.topic).toString('base64')
    if (frame.kind === 'join') return join(client, topic, bytes, encodeRelayFrame({ kind: 'leave', topic: frame.topic }), now)
    if (frame.kind === 'leave') return leave(client, topic)
    // Only members of a topic may send to it; joining makes them count against the limits.
    if (client.topics.has(topic)) forward(client, topic, bytes, now)
  }

  const addressOf = (name: string, now: number): Address => {
    const known = addresses.get(name)
    if (known) return known
    const forwarded = budget(limits.forwardedPerSecond, limits.forwardedAtOnce, now)
    const address = { network: networkOf(name), connections: 0, topics: 0, forwarded }
    addresses.set(name, address)
    return address
  }

  const admit = (socket: WebSocket, name: string, mayTurn: boolean) => {
    const now = performance.now()
    const address = addressOf(name, now)
    const frames = budget(limits.messagesPerSecond, limits.messagesAtOnce, now)
    const client: Client = {
      socket,
      address,
      topics: new Set(),
      mayTurn,
      frames,
      turnSent: Number.NEGATIVE_INFINITY,
      lastFrame: now,
    }
    address.connections += 1
    clients.add(client)
    socket.binaryType = 'arraybuffer'
    socket.on('close', () => {
      leaveAll(client)
      clients.delete(client)
      address.connections -= 1
      forgetAddress(name, address, performance.now())
    })
    // `ws` closes the socket after each error with a matching code, for example for an oversized frame or invalid UTF-8.
    socket.on('error', () => counts.broken())
    socket.on('ping', (data) => {
      if (socket.readyState === socket.OPEN && countFrame(client, performance.now()) && keepsUp(client)) socket.pong(data)
    })
    socket.on('pong', () => {
      if (socket.readyState === socket.OPEN) countFrame(client, performance.now())
    })
    socket.on('message', (data, isBinary) => {
      if (socket.readyState !== socket.OPEN) return
      if (isBinary && data instanceof ArrayBuffer) handleFrame(client, new Uint8Array(data))
      else hangUp(client, RELAY_CLOSED.malformed, 'The relay accepts binary frames only.')
    })
  }

  /** Keeps an address until its budget is full again, because reconnecting must not refill it. */
  const forgetAddress = (name: string, address: Address, now: number) => {
    if (address.connections === 0 && address.forwarded.isFull(now)) addresses.delete(name)
  }

  const sweeping = setInterval(() => {
    const now = performance.now()
    for (const [name, address] of addresses) forgetAddress(name, address, now)
    for (const client of clients) {
      if (now - client.lastFrame <= limits.idle) continue
      hangUp(client, RELAY_CLOSED.idle, 'This client was idle for too long.')
      client.socket.terminate()
    }
  }, limits.idle / 2)
  // Do not keep the process alive for this timer.
  sweeping.unref()

  const refuse = (socket: Duplex, status: 429 | 503, reason: string) => {
    counts.refusedConnection(status)
    refuseUpgrade(socket, status, reason)
  }

  return {
    upgrade(request, socket, head, name, mayTurn) {
      if (clients.size >= limits.connections) return refuse(socket, 503, 'This relay is full. Try again later.')
      if ((addresses.get(name)?.connections ?? 0) >= limits.connectionsPerAddress) {
        const reason = `Too many connections from this address; the limit is ${limits.connectionsPerAddress}. Close some of them.`
        return refuse(socket, 429, reason)
      }
      server.handleUpgrade(request, socket, head, (accepted) => admit(accepted, name, mayTurn))
    },
    counts,
    close() {
      clearInterval(sweeping)
      for (const client of clients) hangUp(client, RELAY_CLOSED.leaving, 'This relay is shutting down.')
      server.close()
    },
  }
}

/**
 * The relay: join a topic, forward to the others on it, forget. It stores nothing, knows nobody, and writes no addresses down.
 */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { decodeRelayFrame, encodeRelayFrame, RELAY_CLOSED, RELAY_FRAME_LIMIT, RELAY_PROTOCOL } from '../discovery/relay-wire.ts'
import { RELAY_LIMITS, type RelayLimits } from './limits.ts'
import { type RelayCounts, relayCounts } from './metrics.ts'

export interface Relay {
  /** Takes over the socket of an HTTP upgrade. @param address of the client, for the limit on connections only */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void
  readonly counts: RelayCounts
  /** Tells every client to come back later, or elsewhere. */
  close(): void
}

interface Client {
  readonly socket: WebSocket
  readonly topics: Set<string>
  allowance: number
  refilled: number
  heard: number
}

export const createRelay = (changed: Partial<RelayLimits> = {}): Relay => {
  const limits = { ...RELAY_LIMITS, ...changed }
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: RELAY_FRAME_LIMIT,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(RELAY_PROTOCOL) ? RELAY_PROTOCOL : false),
  })
  const topics = new Map<string, Set<Client>>()
  const clients = new Set<Client>()
  const addresses = new Map<string, number>()
  const counts = relayCounts(clients, topics)

  const hangUp = (client: Client, code: number, why: string) => {
    counts.hungUp(code)
    client.socket.close(code, why)
  }

  const leave = (client: Client, topic: string) => {
    if (!client.topics.delete(topic)) return
    const members = topics.get(topic)
    members?.delete(client)
    if (members?.size === 0) topics.delete(topic)
  }

  /** A bucket that fills with time and loses one for each frame. */
  const allowed = (client: Client, now: number) => {
    const gained = ((now - client.refilled) / 1000) * limits.messagesPerSecond
    client.allowance = Math.min(limits.messagesAtOnce, client.allowance + gained) - 1
    client.refilled = now
    return client.allowance >= 0
  }

  const join = (client: Client, topic: string, name: Uint8Array<ArrayBuffer>, refusal: Uint8Array) => {
    const members = topics.get(topic) ?? new Set()
    const full = client.topics.size >= limits.topicsPerConnection || members.size >= limits.connectionsPerTopic
    if (full && !client.topics.has(topic)) {
      counts.refusedJoin()
      client.socket.send(refusal)
      return
    }
    topics.set(topic, members.add(client))
    client.topics.add(topic)
    client.socket.send(name)
  }

  const forward = (from: Client, topic: string, bytes: Uint8Array) => {
    for (const member of topics.get(topic) ?? []) {
      if (member === from) continue
      if (member.socket.bufferedAmount > limits.queued) {
        hangUp(member, RELAY_CLOSED.tooSlow, 'This client does not read what others send.')
        member.socket.terminate()
        continue
      }
      member.socket.send(bytes)
      counts.forwarded(bytes.length)
    }
  }

  const take = (client: Client, bytes: Uint8Array<ArrayBuffer>) => {
    const now = performance.now()
    client.heard = now
    if (!allowed(client, now)) {
      return hangUp(client, RELAY_CLOSED.tooManyMessages, `At most ${limits.messagesPerSecond} messages a second are taken.`)
    }
    const frame = decodeRelayFrame(bytes)
    if (!frame) return hangUp(client, RELAY_CLOSED.malformed, 'This frame means nothing to a relay.')
    if (frame.kind === 'ping') return client.socket.send(bytes)
    const topic = Buffer.from(frame.topic).toString('base64')
    if (frame.kind === 'join') return join(client, topic, bytes, encodeRelayFrame({ kind: 'leave', topic: frame.topic }))
    if (frame.kind === 'leave') return leave(client, topic)
    // Who is not on a topic cannot speak on it: nobody gets to write to strangers for free.
    if (client.topics.has(topic)) forward(client, topic, bytes)
  }

  const welcome = (socket: WebSocket, address: string) => {
    const now = performance.now()
    const client: Client = { socket, topics: new Set(), allowance: limits.messagesAtOnce, refilled: now, heard: now }
    const here = (addresses.get(address) ?? 0) + 1
    addresses.set(address, here)
    clients.add(client)
    socket.binaryType = 'arraybuffer'
    socket.on('close', () => {
      for (const topic of [...client.topics]) leave(client, topic)
      clients.delete(client)
      const left = (addresses.get(address) ?? 1) - 1
      if (left > 0) addresses.set(address, left)
      else addresses.delete(address)
    })
    // `ws` closes a socket after each error, with a code that says why: too large a frame, text that is no UTF-8.
    socket.on('error', () => counts.broken())
    if (clients.size > limits.connections) return hangUp(client, RELAY_CLOSED.overloaded, 'This relay is full. Try again later.')
    if (here > limits.connectionsPerAddress) {
      return hangUp(client, RELAY_CLOSED.tooManyConnections, 'Too many connections come from this address.')
    }
    socket.on('message', (data, isBinary) => {
      if (socket.readyState !== socket.OPEN) return
      if (isBinary && data instanceof ArrayBuffer) take(client, new Uint8Array(data))
      else hangUp(client, RELAY_CLOSED.malformed, 'A relay takes binary frames only.')
    })
  }

  const sweeping = setInterval(() => {
    const now = performance.now()
    for (const client of clients) {
      if (now - client.heard <= limits.idle) continue
      hangUp(client, RELAY_CLOSED.idle, 'Nothing was heard for too long.')
      client.socket.terminate()
    }
  }, limits.idle / 2)
  // A process that has nothing else to do may end.
  sweeping.unref()

  return {
    upgrade(request, socket, head, address) {
      server.handleUpgrade(request, socket, head, (accepted) => welcome(accepted, address))
    },
    counts,
    close() {
      clearInterval(sweeping)
      for (const client of clients) hangUp(client, RELAY_CLOSED.leaving, 'This relay is going away.')
      server.close()
    },
  }
}

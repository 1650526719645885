/** Discovery through a Tessera relay: one WebSocket for all topics, which reconnects automatically. */
import { toHex } from '../../bytes/encoding.ts'
import {
  type Discovery,
  type DiscoveryStatus,
  MESSAGE_LIMIT,
  type Meeting,
  type MeetingListener,
  READY_WITHIN,
  type Topic,
  type TurnServer,
} from '../discovery.ts'
import { type DiscoveryError, hasLeft, refused, tooLarge, unreachable } from '../errors.ts'
import { type BackoffOptions, backoff } from './backoff.ts'
import { decodeRelayFrame, encodeRelayFrame, RELAY_PING, RELAY_PROTOCOL, type RelayFrame } from './relay-wire.ts'

/** The part of the WebSocket interface that is used; browsers and `ws` implement it. */
export interface Socket {
  binaryType: string
  readonly readyState: number
  send(bytes: Uint8Array<ArrayBuffer>): void
  close(): void
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
}

export interface RelayOptions {
  /** Default: the browser's implementation. In Node, pass that of `ws`. */
  readonly WebSocket?: new (
    url: string,
    protocol: string,
  ) => Socket
  readonly backoff?: BackoffOptions
  /** Milliseconds between pings. A connection without data for that long after a ping is lost. Default 25 s. */
  readonly ping?: number
}

const OPEN = 1
/** Milliseconds to wait for an answer to the ping of a `refresh`. */
const REFRESH_WITHIN = 3_000

interface Joined {
  readonly topic: Topic
  readonly listeners: Set<MeetingListener>
  readonly waiting: Set<(error?: DiscoveryError) => void>
  state: 'asked' | 'joined' | 'refused'
}

/** @param url of the relay's WebSocket: `wss://relay.example.org/relay` */
export const relayDiscovery = (url: string, options: RelayOptions = {}): Discovery => {
  const WebSocket: NonNullable<RelayOptions['WebSocket']> = options.WebSocket ?? globalThis.WebSocket
  const name = new URL(url).host
  const retryDelay = backoff(options.backoff)
  const ping = options.ping ?? RELAY_PING
  const topics = new Map<string, Joined>()
  const statusListeners = new Set<(status: DiscoveryStatus) => void>()
  const turnListeners = new Set<(servers: readonly TurnServer[]) => void>()
  let turnServers: readonly TurnServer[] | undefined
  let socket: Socket | undefined
  let status: DiscoveryStatus = 'unreachable'
  let closed = false
  let hasReceived = true
  let retrying: ReturnType<typeof setTimeout> | undefined
  let checking: ReturnType<typeof setTimeout> | undefined

  const become = (next: DiscoveryStatus) => {
    if (status === next) return
    status = next
    for (const listener of [...statusListeners]) listener(next)
  }

  const send = (frame: RelayFrame) => {
    if (socket?.readyState !== OPEN) return false
    socket.send(encodeRelayFrame(frame))
    return true
  }

  /** Sends a ping and reconnects if no data arrives in time, because a dead socket fires no event. */
  const check = (within: number) => {
    clearTimeout(checking)
    if (closed) return
    hasReceived = false
    send({ kind: 'ping' })
    checking = setTimeout(() => {
      if (hasReceived) check(ping)
      else lost()
    }, within)
  }

  const lost = () => {
    const old = socket
    socket = undefined
    clearTimeout(checking)
    old?.close()
    become('unreachable')
    for (const joined of topics.values()) joined.state = 'asked'
    if (closed || topics.size === 0) return
    clearTimeout(retrying)
    retrying = setTimeout(connect, retryDelay.next())
  }

  const take = (frame: RelayFrame) => {
    if (frame.kind === 'ping') return
    if (frame.kind === 'turn-servers') {
      turnServers = frame.servers
      for (const listener of [...turnListeners]) listener(frame.servers)
      return
    }
    const joined = topics.get(toHex(frame.topic))
    // The topic was left while the message was in transit.
    if (!joined) return
    if (frame.kind === 'message') {
      for (const { receive } of [...joined.listeners]) receive(frame.body)
    } else if (frame.kind === 'join') {
      joined.state = 'joined'
      for (const listener of [...joined.listeners]) listener.joined?.()
      for (const settle of joined.waiting) settle()
    } else {
      joined.state = 'refused'
      for (const settle of joined.waiting)
        settle(refused(name, 'too many topics are joined, or too many devices are on this topic'))
    }
  }

  const connect = () => {
    clearTimeout(retrying)
    if (closed || socket) return
    const opening = new WebSocket(url, RELAY_PROTOCOL)
    socket = opening
    opening.binaryType = 'arraybuffer'
    opening.addEventListener('open', () => {
      if (socket !== opening) return opening.close()
      for (const { topic } of topics.values()) send({ kind: 'join', topic })
      become('reachable')
      check(ping)
    })
    opening.addEventListener('message', ({ data }) => {
      if (socket !== opening || !(data instanceof ArrayBuffer)) return
      hasReceived = true
      retryDelay.reset()
      const frame = decodeRelayFrame(new Uint8Array(data))
      if (frame) take(frame)
    })
    opening.addEventListener('close', () => {
      if (socket === opening) lost()
    })
    // Each `error` is followed by a `close`, and browsers do not reveal the cause.
    opening.addEventListener('error', () => undefined)
  }

  const topicOf = (topic: Topic): Joined => {
    const key = toHex(topic)
    const known = topics.get(key)
    if (known) return known
    const joined: Joined = { topic: topic.slice() as Topic, listeners: new Set(), waiting: new Set(), state: 'asked' }
    topics.set(key, joined)
    send({ kind: 'join', topic })
    return joined
  }

  return {
    name,

    join(topic, listener): Meeting {
      const joined = topicOf(topic)
      joined.listeners.add(listener)
      if (joined.state === 'joined') queueMicrotask(() => listener.joined?.())
      connect()
      let left = closed

      return {
        ready() {
          return new Promise((resolve, reject) => {
            if (left || closed) return reject(hasLeft())
            if (joined.state === 'joined') return resolve()
            if (joined.state === 'refused') return reject(refused(name, 'too many topics are joined'))
            const settle = (error?: DiscoveryError) => {
              clearTimeout(timer)
              joined.waiting.delete(settle)
              if (error) reject(error)
              else resolve()
            }
            const timer = setTimeout(() => settle(unreachable(name)), READY_WITHIN)
            joined.waiting.add(settle)
          })
        },
        async publish(message) {
          if (left || closed) throw hasLeft()
          if (message.length > MESSAGE_LIMIT) throw tooLarge(message.length, MESSAGE_LIMIT)
          if (!send({ kind: 'message', topic, body: message })) throw unreachable(name)
        },
        leave() {
          if (left) return
          left = true
          joined.listeners.delete(listener)
          if (joined.listeners.size > 0) return
          topics.delete(toHex(topic))
          send({ kind: 'leave', topic })
          for (const settle of [...joined.waiting]) settle(hasLeft())
        },
      }
    },

    onStatus(listener) {
      statusListeners.add(listener)
      listener(status)
      return () => statusListeners.delete(listener)
    },

    onTurnServers(listener) {
      turnListeners.add(listener)
      if (turnServers) listener(turnServers)
      return () => turnListeners.delete(listener)
    },

    refresh() {
      if (closed || topics.size === 0) return
      retryDelay.reset()
      if (socket?.readyState === OPEN) check(REFRESH_WITHIN)
      else if (!socket) connect()
    },

    close() {
      closed = true
      clearTimeout(retrying)
      clearTimeout(checking)
      for (const joined of topics.values()) for (const settle of [...joined.waiting]) settle(hasLeft())
      topics.clear()
      const old = socket
      socket = undefined
      old?.close()
      become('unreachable')
    },
  }
}

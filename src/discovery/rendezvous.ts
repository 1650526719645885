/**
 * Connects the devices on a topic: announces this device, finds the others, and carries their WebRTC signals. A device is known
 * only by a random number; the handshake on the link authenticates it.
 */
import { type Cbor, fromCbor, toCbor } from '../bytes/cbor.ts'
import { randomBytes, toHex } from '../bytes/encoding.ts'
import type { Discovery, Meeting } from './discovery.ts'
import { SealedError } from './errors.ts'
import {
  type NonceMemory,
  nonceMemory,
  SENDER_BYTES,
  type SealContext,
  type Sealer,
  type SealerOptions,
  sealer,
} from './sealed.ts'

/** The part of a link that is needed to connect it. */
export interface Connecting {
  signal(signal: unknown): void
  /** Plain values only. */
  onSignal(listener: (signal: object) => void): () => void
  onState(listener: (state: { readonly kind: 'connecting' | 'open' | 'interrupted' | 'closed' }) => void): () => void
  close(): void
}

/** A topic on which this device listens and, if `speak`, announces itself. */
export interface TopicSubscription extends SealContext {
  readonly secret: Uint8Array
  readonly label: SealerOptions['label']
  /** False for the topics of yesterday and tomorrow, which are only used by devices with a different clock. */
  readonly speak: boolean
}

export interface RendezvousOptions {
  readonly discoveries: readonly Discovery[]
  readonly subscriptions: readonly TopicSubscription[]
  /**
   * Opens a link to a discovered device. One side is polite; the other begins.
   * @param peer the random number of that device, in hexadecimal
   */
  readonly open: (peer: string, polite: boolean) => Connecting
  /** Called for each ignored message, for metrics. */
  readonly ignored?: (error: SealedError) => void
  /** Receives errors that no other device caused. */
  readonly failed: (error: unknown) => void
  readonly nonces?: NonceMemory
  /** Milliseconds between announcements. */
  readonly again?: number
  readonly random?: () => number
}

export interface Rendezvous {
  /** Announces this device now: a link was lost, or the page became visible. */
  call(): void
  /** Replaces the topics. Links stay open. */
  move(subscriptions: readonly TopicSubscription[]): Promise<void>
  /** Leaves the topics. Links stay open. */
  end(): void
}

/** Maximum links that connect at the same time, because a hostile device could cause any number. */
export const CONNECTING_LIMIT = 10
/**
 * Maximum links including open ones, because a hostile device can use any number of ids. A person has at most 16 devices, and each
 * may have two links until the loss of the first one is detected.
 */
export const LINK_LIMIT = 32
/** Milliseconds between announcements, after which a device is found even if earlier messages were lost. */
const AGAIN = 60_000
const SESSION_BYTES = 8

type Announcement =
  | { readonly kind: 'hello' }
  /** The answer to a hello. `linked`: the sender has a link to the receiver. */
  | { readonly kind: 'here'; readonly to: string; readonly linked: boolean }
  /** The sender has no link to the receiver, which still has one. */
  | { readonly kind: 'gone'; readonly to: string }
  /** `session` is chosen by the side that begins, new for each link. */
  | { readonly kind: 'signal'; readonly to: string; readonly session: string; readonly signal: unknown }

/** A device with a link, open or connecting. */
interface Peer {
  readonly session: string
  readonly link: Connecting
  connecting: boolean
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)

const parseAnnouncement = (body: Uint8Array): Announcement | undefined => {
  let value: unknown
  try {
    value = fromCbor(body)
  } catch {
    // The key is right, so it is from a later version or a hostile device.
    return undefined
  }
  if (!isObject(value)) return undefined
  const { kind, to, linked, session, signal } = value
  if (kind === 'hello') return { kind }
  if (typeof to !== 'string') return undefined
  if (kind === 'here') return { kind, to, linked: linked === true }
  if (kind === 'gone') return { kind, to }
  if (kind === 'signal' && typeof session === 'string') return { kind, to, session, signal }
  return undefined
}

interface Joined {
  readonly subscription: TopicSubscription
  readonly sealer: Sealer
  readonly meetings: readonly Meeting[]
}

export const rendezvous = async (options: RendezvousOptions): Promise<Rendezvous> => {
  const { open, failed, random = Math.random } = options
  const sender = randomBytes(SENDER_BYTES)
  const self = toHex(sender)
  const nonces = options.nonces ?? nonceMemory()
  const peers = new Map<string, Peer>()
  let joined: readonly Joined[] = []
  let ended = false
  let calling: ReturnType<typeof setTimeout> | undefined

  const publish = async (announcement: Announcement) => {
    for (const { subscription, sealer: seal, meetings } of joined) {
      if (!subscription.speak) continue
      // Each discovery gets its own message, or the second one would count as replayed.
      const body = toCbor(announcement as unknown as Cbor)
      await Promise.all(
        meetings.map(async (meeting) => {
          try {
            await meeting.publish(await seal.seal(body))
          } catch (error) {
            // Temporarily unreachable: announcements follow, and offers are repeated.
            if (!(error instanceof Error && 'code' in error && (error.code === 'unreachable' || error.code === 'left')))
              throw error
          }
        }),
      )
    }
  }

  const send = (announcement: Announcement) => {
    if (!ended) publish(announcement).catch(failed)
  }

  /** Both sides compare the same two numbers, so exactly one is polite. */
  const isPolite = (to: string) => self < to

  const connect = (id: string, session: string): Peer | undefined => {
    const old = peers.get(id)
    const others = [...peers.values()].filter((peer) => peer !== old)
    if (others.length >= LINK_LIMIT) return undefined
    if (others.filter(({ connecting }) => connecting).length >= CONNECTING_LIMIT) return undefined
    const peer: Peer = { session, link: open(id, isPolite(id)), connecting: true }
    peers.set(id, peer)
    old?.link.close()
    peer.link.onSignal((signal) => {
      if (peers.get(id) === peer) send({ kind: 'signal', to: id, session, signal })
    })
    peer.link.onState(({ kind }) => {
      peer.connecting = kind === 'connecting'
      if (kind === 'closed' && peers.get(id) === peer) peers.delete(id)
    })
    return peer
  }

  const begin = (id: string) => connect(id, toHex(randomBytes(SESSION_BYTES)))

  const handleSignal = (from: string, session: string, signal: unknown) => {
    const known = peers.get(from)
    // A late signal for a link that this side began and has closed.
    if (known?.session !== session && !isPolite(from)) return
    const peer = known?.session === session ? known : connect(from, session)
    peer?.link.signal(signal)
  }

  const handle = (from: string, announcement: Announcement) => {
    const linked = peers.has(from)
    if (announcement.kind === 'hello') {
      send({ kind: 'here', to: from, linked })
      if (!linked && !isPolite(from)) begin(from)
      return
    }
    if (announcement.to !== self) return
    if (announcement.kind === 'signal') handleSignal(from, announcement.session, announcement.signal)
    else if (announcement.kind === 'gone') {
      if (!isPolite(from)) begin(from)
    } else if (!linked) {
      if (!isPolite(from)) begin(from)
      else if (announcement.linked) send({ kind: 'gone', to: from })
    }
  }

  const receive = async (seal: Sealer, message: Uint8Array) => {
    try {
      const { sender: from, body } = await seal.open(message)
      const announcement = parseAnnouncement(body)
      if (announcement && !ended) handle(toHex(from), announcement)
    } catch (error) {
      if (error instanceof SealedError) options.ignored?.(error)
      // A malformed signal from a device that has the key is ignored.
      else if (!(error instanceof Error && 'code' in error && error.code === 'signal-garbled')) failed(error)
    }
  }

  const call = () => {
    clearTimeout(calling)
    if (ended) return
    send({ kind: 'hello' })
    calling = setTimeout(call, (options.again ?? AGAIN) * (0.75 + random() / 2))
  }

  const joinTopic = async (subscription: TopicSubscription): Promise<Joined> => {
    const seal = await sealer({ ...subscription, sender, nonces })
    const meetings = options.discoveries.map((discovery) =>
      discovery.join(subscription.topic, {
        receive: (message) => void receive(seal, message),
        // Devices that were announced before may have been missed.
        joined: () => subscription.speak && call(),
      }),
    )
    return { subscription, sealer: seal, meetings }
  }

  const leave = (left: readonly Joined[]) => {
    for (const { meetings } of left) for (const meeting of meetings) meeting.leave()
  }

  joined = await Promise.all(options.subscriptions.map(joinTopic))
  call()

  return {
    call,
    async move(subscriptions) {
      if (ended) return
      const before = joined
      joined = await Promise.all(subscriptions.map(joinTopic))
      leave(ended ? [...before, ...joined] : before)
      call()
    },
    end() {
      ended = true
      clearTimeout(calling)
      leave(joined)
    },
  }
}

import type { Message, NetworkAdapterEvents, NetworkAdapterInterface, PeerId, PeerMetadata } from '@automerge/automerge-repo/slim'
import { EventEmitter } from 'eventemitter3'
import { frameGarbled, LinkError } from '../errors.ts'
import type { Link } from './link.ts'
import { decodeWire, encodeWire, type WireMessage } from './repo-wire.ts'

/** Milliseconds that a repo waits for its first peer before it is ready, as in automerge-repo's own adapters. */
const READY_AFTER = 1_000

interface Peer {
  /** Undefined until its greeting arrives. */
  peerId: PeerId | undefined
}

/**
 * Connects an automerge-repo `Repo` to peers over the `sync` channels of links. `add` a link to connect its peer; when a link
 * closes, its peer is disconnected.
 */
export class LinkNetworkAdapter extends EventEmitter<NetworkAdapterEvents> implements NetworkAdapterInterface {
  // Optional because `NetworkAdapterInterface` declares them so; the repo reads them.
  peerId?: PeerId
  peerMetadata?: PeerMetadata
  readonly #links = new Map<Link, Peer>()
  readonly #failed: (error: Error) => void
  readonly #ready: Promise<void>
  #becomeReady: () => void = () => undefined
  #isReady = false
  #connected = false

  /** @param failed called when a message could not be sent over an open link */
  constructor(failed: (error: Error) => void) {
    super()
    this.#failed = failed
    this.#ready = new Promise((resolve) => {
      this.#becomeReady = () => {
        this.#isReady = true
        resolve()
      }
    })
  }

  /** Uses a link until it closes. */
  add(link: Link): void {
    const peer: Peer = { peerId: undefined }
    this.#links.set(link, peer)
    const stop = link.onState(({ kind }) => {
      if (kind !== 'closed') return
      this.#lose(peer)
      this.#links.delete(link)
      queueMicrotask(() => stop())
    })
    link.onMessage('sync', (bytes) => {
      // Messages are dropped while the repo is not connected; sync starts over when it connects.
      if (this.#connected) this.#take(link, peer, decodeWire(bytes))
    })
    if (this.#connected) this.#introduce(link, 'arrive')
  }

  isReady(): boolean {
    return this.#isReady
  }

  whenReady(): Promise<void> {
    return this.#ready
  }

  connect(peerId: PeerId, peerMetadata: PeerMetadata = {}): void {
    this.peerId = peerId
    this.peerMetadata = peerMetadata
    this.#connected = true
    setTimeout(this.#becomeReady, READY_AFTER)
    for (const link of this.#links.keys()) this.#introduce(link, 'arrive')
  }

  send(message: Message): void {
    if (!this.#connected) return
    for (const [link, { peerId }] of this.#links) if (peerId === message.targetId) this.#post(link, message)
  }

  disconnect(): void {
    if (!this.#connected || !this.peerId) return
    for (const [link, peer] of this.#links) {
      this.#post(link, { type: 'leave', senderId: this.peerId })
      this.#lose(peer)
    }
    this.#connected = false
    this.emit('close')
  }

  #introduce(link: Link, type: 'arrive' | 'welcome'): void {
    if (this.peerId) this.#post(link, { type, senderId: this.peerId, peerMetadata: this.peerMetadata ?? {} })
  }

  #take(link: Link, peer: Peer, message: WireMessage): void {
    if ('peerMetadata' in message) {
      if (peer.peerId === undefined) {
        peer.peerId = message.senderId
        this.emit('peer-candidate', { peerId: message.senderId, peerMetadata: message.peerMetadata })
        this.#becomeReady()
      } else if (peer.peerId !== message.senderId) throw frameGarbled('a greeting with a second sender id')
      if (message.type === 'arrive') this.#introduce(link, 'welcome')
    } else if (message.type === 'leave') this.#lose(peer)
    else if ('targetId' in message) {
      // Ephemeral messages are forwarded with the sender id of their author.
      if (message.senderId !== peer.peerId && message.type !== 'ephemeral')
        throw frameGarbled('a message with the sender id of another peer')
      if (message.targetId === this.peerId) this.emit('message', message)
    }
  }

  #lose(peer: Peer): void {
    const { peerId } = peer
    peer.peerId = undefined
    if (peerId) this.emit('peer-disconnected', { peerId })
  }

  #post(link: Link, message: WireMessage): void {
    link.send('sync', encodeWire(message)).catch((error: unknown) => {
      // A closed link has already emitted its state.
      if (!(error instanceof LinkError && error.code === 'closed')) this.#failed(error as Error)
    })
  }
}

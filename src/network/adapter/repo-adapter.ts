import type { Message, NetworkAdapterEvents, NetworkAdapterInterface, PeerId, PeerMetadata } from '@automerge/automerge-repo/slim'
import { EventEmitter } from 'eventemitter3'
import { frameGarbled, LinkError } from '../errors.ts'
import type { Link } from './link.ts'
import { decodeWire, encodeWire, type WireMessage } from './repo-wire.ts'

/** Milliseconds after which a repo no longer waits for its first neighbour, as in automerge-repo's own adapters. */
const READY_AFTER = 1_000

interface Neighbour {
  /** Undefined until it has said who it is. */
  peerId: PeerId | undefined
}

/**
 * Connects an automerge-repo `Repo` over any number of links, by their `sync` channel. Links come and go by `add`; one that closes
 * is a peer that disconnected.
 */
export class LinkNetworkAdapter extends EventEmitter<NetworkAdapterEvents> implements NetworkAdapterInterface {
  // The interface has them as optional, and a repo reads them.
  peerId?: PeerId
  peerMetadata?: PeerMetadata
  readonly #links = new Map<Link, Neighbour>()
  readonly #failed: (error: Error) => void
  readonly #ready: Promise<void>
  #becomeReady: () => void = () => undefined
  #isReady = false
  #connected = false

  /** @param failed told of messages that could not be sent though their link is open */
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

  /** Uses a link from now on, until it closes. */
  add(link: Link): void {
    const neighbour: Neighbour = { peerId: undefined }
    this.#links.set(link, neighbour)
    const stop = link.onState(({ kind }) => {
      if (kind !== 'closed') return
      this.#lose(neighbour)
      this.#links.delete(link)
      queueMicrotask(() => stop())
    })
    link.onMessage('sync', (bytes) => {
      // Messages to a repo that is not connected are lost, as in any network; a later connection starts again.
      if (this.#connected) this.#take(link, neighbour, decodeWire(bytes))
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
    for (const [link, neighbour] of this.#links) {
      this.#post(link, { type: 'leave', senderId: this.peerId })
      this.#lose(neighbour)
    }
    this.#connected = false
    this.emit('close')
  }

  #introduce(link: Link, type: 'arrive' | 'welcome'): void {
    if (this.peerId) this.#post(link, { type, senderId: this.peerId, peerMetadata: this.peerMetadata ?? {} })
  }

  #take(link: Link, neighbour: Neighbour, message: WireMessage): void {
    if ('peerMetadata' in message) {
      if (neighbour.peerId === undefined) {
        neighbour.peerId = message.senderId
        this.emit('peer-candidate', { peerId: message.senderId, peerMetadata: message.peerMetadata })
        this.#becomeReady()
      } else if (neighbour.peerId !== message.senderId) throw frameGarbled('a greeting under a second name')
      if (message.type === 'arrive') this.#introduce(link, 'welcome')
    } else if (message.type === 'leave') this.#lose(neighbour)
    else if ('targetId' in message) {
      // Ephemeral messages are passed on, and keep the name of who said them first.
      if (message.senderId !== neighbour.peerId && message.type !== 'ephemeral')
        throw frameGarbled('a message under another name')
      if (message.targetId === this.peerId) this.emit('message', message)
    }
  }

  #lose(neighbour: Neighbour): void {
    const { peerId } = neighbour
    neighbour.peerId = undefined
    if (peerId) this.emit('peer-disconnected', { peerId })
  }

  #post(link: Link, message: WireMessage): void {
    link.send('sync', encodeWire(message)).catch((error: unknown) => {
      // A link that closed has told so already.
      if (!(error instanceof LinkError && error.code === 'closed')) this.#failed(error as Error)
    })
  }
}

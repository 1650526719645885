/** A link as its owner holds it: messages in and out over connections that live on the other side of a port. */
import { isClosed, LinkError } from '../errors.ts'
import {
  CHANNELS,
  type Channel,
  type CloseCode,
  type CloseReason,
  type IceServer,
  type LinkOptions,
  type LinkState,
  type Path,
  type Signal,
} from '../link.ts'
import type { Command, Report } from '../port.ts'
import { parseSignal } from '../signal.ts'
import { type Inbox, inbox, type MessageHandler } from './inbox.ts'
import { type Outbox, outbox } from './outbox.ts'

export type Unsubscribe = () => void

/** One connection to one other device. */
export interface Link {
  readonly state: LinkState
  /** SHA-256 of this side's certificate, 32 bytes; known from the first own signal on. */
  readonly ownFingerprint: Uint8Array | undefined
  /** SHA-256 of the only certificate that the other side can have on this link; known from its first description on. */
  readonly remoteFingerprint: Uint8Array | undefined
  /** Known once open. */
  readonly path: Path | undefined
  /** Takes what the other side's `onSignal` gave. @throws {LinkError} `signal-garbled` for anything else */
  signal(signal: unknown): void
  /** What has to be carried to the other side, those from before included. */
  onSignal(listener: (signal: Signal) => void): Unsubscribe
  /**
   * Sends one message, in order with the others of its channel. Resolves when all of it has left for the other side, which takes
   * no more than a window at a time; waits while the link is not open yet.
   * @throws {LinkError} `too-large` above 256 MiB, `closed`
   * @throws the signal's reason when it aborts before the message's turn has come
   */
  send(channel: Channel, message: Uint8Array, options?: { readonly signal?: AbortSignal }): Promise<void>
  /**
   * Messages of a channel, one after the other: the next waits until the handler is done, and the other side waits with it. One
   * that throws closes the link as `refused`. Each channel has one handler; what comes before it is there waits.
   */
  onMessage(channel: Channel, handler: MessageHandler): Unsubscribe
  /** Called at once with the present state, then at every change. */
  onState(listener: (state: LinkState) => void): Unsubscribe
  /** Called when the path becomes known, and when it changes. */
  onPath(listener: (path: Path) => void): Unsubscribe
  /** Resolves when the link is open. @throws {LinkError} `closed` */
  opened(): Promise<void>
  /** Looks for a new way to the other side, keeping what is under way. */
  restart(): void
  /** Replaces the ICE servers, whose credentials may expire. Used from the next restart on; an interrupted link restarts at once. */
  setIceServers(servers: readonly IceServer[]): void
  close(code?: CloseCode, message?: string): void
}

/** What the host tells a link. */
export interface LinkEnd {
  readonly link: Link
  report(report: Exclude<Report, { kind: 'fresh-start' | 'certificate' }>): void
  /** Ends it from this side without telling the page, because the page is gone. */
  abandon(reason: CloseReason): void
}

const CHANNEL_NAMES = Object.keys(CHANNELS) as Channel[]

const forChannels = <T>(make: (channel: Channel) => T): Readonly<Record<Channel, T>> =>
  Object.fromEntries(CHANNEL_NAMES.map((name) => [name, make(name)])) as Record<Channel, T>

export const makeLink = (
  id: number,
  options: LinkOptions,
  post: (command: Command, transfer?: ArrayBuffer[]) => void,
): LinkEnd => {
  let state: LinkState = { kind: 'connecting' }
  let own: Uint8Array | undefined
  let remote: Uint8Array | undefined
  let path: Path | undefined
  const untold: Signal[] = []
  const onSignal = new Set<(signal: Signal) => void>()
  const onState = new Set<(state: LinkState) => void>()
  const onPath = new Set<(path: Path) => void>()

  const out: Readonly<Record<Channel, Outbox>> = forChannels((channel) =>
    outbox((frame) => post({ kind: 'frame', link: id, channel, frame }, [frame])),
  )
  const into: Readonly<Record<Channel, Inbox>> = forChannels((channel) =>
    inbox({
      consumed: (bytes) => {
        if (state.kind !== 'closed') post({ kind: 'consumed', link: id, channel, bytes })
      },
      failed: (error) => {
        const message = error instanceof Error ? error.message : String(error)
        const code =
          error instanceof LinkError && (error.code === 'garbled' || error.code === 'too-large') ? error.code : 'refused'
        close(code, message)
      },
    }),
  )

  const become = (next: LinkState) => {
    if (state.kind === 'closed') return
    state = next
    if (next.kind === 'open') for (const channel of CHANNEL_NAMES) out[channel].start()
    if (next.kind === 'closed') {
      for (const channel of CHANNEL_NAMES) {
        out[channel].end(isClosed(next.reason))
        into[channel].end()
      }
    }
    for (const listener of [...onState]) listener(next)
  }

  const close = (code: CloseCode = 'left', message = 'This device closed the connection.') => {
    if (state.kind === 'closed') return
    const reason: CloseReason = { code, message, by: 'here' }
    post({ kind: 'close', link: id, reason })
    become({ kind: 'closed', reason })
  }

  const link: Link = {
    get state() {
      return state
    },
    get ownFingerprint() {
      return own
    },
    get remoteFingerprint() {
      return remote
    },
    get path() {
      return path
    },
    signal(signal) {
      const parsed = parseSignal(signal)
      if (state.kind !== 'closed') post({ kind: 'signal', link: id, signal: parsed })
    },
    onSignal(listener) {
      onSignal.add(listener)
      for (const signal of untold.splice(0)) listener(signal)
      return () => onSignal.delete(listener)
    },
    send(channel, message, { signal } = {}) {
      return out[channel].send(message, signal)
    },
    onMessage(channel, handler) {
      return into[channel].handle(handler)
    },
    onState(listener) {
      onState.add(listener)
      listener(state)
      return () => onState.delete(listener)
    },
    onPath(listener) {
      onPath.add(listener)
      if (path) listener(path)
      return () => onPath.delete(listener)
    },
    opened() {
      return new Promise((resolve, reject) => {
        const stop = link.onState((now) => {
          if (now.kind === 'open') resolve()
          else if (now.kind === 'closed') reject(isClosed(now.reason))
          else return
          queueMicrotask(() => stop())
        })
      })
    },
    restart() {
      if (state.kind !== 'closed') post({ kind: 'restart', link: id })
    },
    setIceServers(servers) {
      if (state.kind !== 'closed') post({ kind: 'ice-servers', link: id, servers })
    },
    close,
  }

  post({ kind: 'open', link: id, options })

  return {
    link,
    report(report) {
      switch (report.kind) {
        case 'fingerprint':
          if (report.whose === 'own') own = report.fingerprint
          else remote = report.fingerprint
          return
        case 'signal':
          if (onSignal.size === 0) untold.push(report.signal)
          for (const listener of [...onSignal]) listener(report.signal)
          return
        case 'state':
          return become(report.state)
        case 'path':
          if (path === report.path) return
          path = report.path
          for (const listener of [...onPath]) listener(report.path)
          return
        case 'frame':
          return into[report.channel].take(new Uint8Array(report.frame))
        case 'consumed':
          return out[report.channel].consumed(report.bytes)
      }
    },
    abandon: (reason) => become({ kind: 'closed', reason }),
  }
}

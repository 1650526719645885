/** The worker's handle of a link: sends and receives messages over a WebRTC connection on the other side of a port. */
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
  /** SHA-256 of this side's certificate, 32 bytes. Undefined until the first signal has been emitted. */
  readonly ownFingerprint: Uint8Array | undefined
  /** SHA-256 of the only certificate that this link accepts from the other side. Undefined until its first description arrives. */
  readonly remoteFingerprint: Uint8Array | undefined
  /** Undefined until the link is open. */
  readonly path: Path | undefined
  /** Applies a signal that the other side emitted. @throws {LinkError} `signal-garbled` if it is not a valid signal */
  signal(signal: unknown): void
  /** Emits signals to deliver to the other side, including those emitted before the first listener. */
  onSignal(listener: (signal: Signal) => void): Unsubscribe
  /**
   * Sends one message; messages of a channel keep their order. Resolves when all frames have been posted, which the flow-control
   * window can delay. Waits until the link is open.
   * @throws {LinkError} `too-large` above 256 MiB, `closed`
   * @throws the signal's reason if it aborts before sending begins
   */
  send(channel: Channel, message: Uint8Array, options?: { readonly signal?: AbortSignal }): Promise<void>
  /**
   * Sets the handler of a channel. Messages are delivered one at a time: the next one, and the sender, wait until the handler's
   * promise resolves. A handler that throws closes the link as `refused`. Messages are queued while a channel has no handler.
   */
  onMessage(channel: Channel, handler: MessageHandler): Unsubscribe
  /** Calls `listener` immediately with the current state, then on every change. */
  onState(listener: (state: LinkState) => void): Unsubscribe
  /** Calls `listener` when the path becomes known and when it changes. */
  onPath(listener: (path: Path) => void): Unsubscribe
  /** Resolves when the link is open. @throws {LinkError} `closed` */
  opened(): Promise<void>
  /** Restarts ICE to find a new network path. Messages in transit are kept. */
  restart(): void
  /** Replaces the ICE servers, whose credentials may expire. Applies at the next restart; an interrupted link restarts immediately. */
  setIceServers(servers: readonly IceServer[]): void
  close(code?: CloseCode, message?: string): void
}

/** The host's end of a link. */
export interface LinkEnd {
  readonly link: Link
  report(report: Exclude<Report, { kind: 'fresh-start' | 'certificate' }>): void
  /** Closes the link without a command to the page, because the page is gone. */
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
  const pendingSignals: Signal[] = []
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
      for (const signal of pendingSignals.splice(0)) listener(signal)
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
          if (onSignal.size === 0) pendingSignals.push(report.signal)
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

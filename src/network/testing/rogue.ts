/** For tests: a device that speaks correct WebRTC but can send any bytes over it. */
import type { Link } from '../adapter/link.ts'
import type { PeerConnectionConstructor } from '../connection/certificates.ts'
import { type Connection, connect } from '../connection/connection.ts'
import type { LinkState, Signal } from '../link.ts'

export interface Rogue {
  readonly connection: Connection
  opened(): Promise<void>
  /** Resolves with the closed state, including the reason sent by the other side. */
  closed(): Promise<LinkState>
}

/** Connects to `link`, which must be polite. @param change alters the signals that the rogue sends */
export const rogueFor = (
  RTCPeerConnection: PeerConnectionConstructor,
  link: Link,
  change: (signal: Signal) => Signal = (signal) => signal,
): Rogue => {
  const resolvers = new Map<LinkState['kind'], (state: LinkState) => void>()
  const states = { open: promiseOf('open'), closed: promiseOf('closed') }
  function promiseOf(kind: LinkState['kind']) {
    return new Promise<LinkState>((resolve) => resolvers.set(kind, resolve))
  }
  const connection = connect(
    RTCPeerConnection,
    undefined,
    { polite: false },
    {
      signal: (signal) => link.signal(structuredClone(change(signal))),
      fingerprint: () => undefined,
      path: () => undefined,
      frame: () => undefined,
      consumed: () => undefined,
      state: (state) => resolvers.get(state.kind)?.(state),
    },
  )
  link.onSignal((signal) => connection.signal(structuredClone(signal)))
  return {
    connection,
    opened: async () => {
      await states.open
    },
    closed: () => states.closed,
  }
}

/** For tests: a device that speaks WebRTC well and everything above it as it likes. */
import type { Link } from '../adapter/link.ts'
import type { PeerConnectionConstructor } from '../connection/certificates.ts'
import { type Connection, connect } from '../connection/connection.ts'
import type { LinkState, Signal } from '../link.ts'

export interface Rogue {
  readonly connection: Connection
  opened(): Promise<void>
  /** Resolves with how the rogue hears that the other side ended it. */
  closed(): Promise<LinkState>
}

/** Connects to `link`, which is polite. @param change may alter the rogue's signals */
export const rogueFor = (
  RTCPeerConnection: PeerConnectionConstructor,
  link: Link,
  change: (signal: Signal) => Signal = (signal) => signal,
): Rogue => {
  const heard = new Map<LinkState['kind'], (state: LinkState) => void>()
  const states = { open: promiseOf('open'), closed: promiseOf('closed') }
  function promiseOf(kind: LinkState['kind']) {
    return new Promise<LinkState>((resolve) => heard.set(kind, resolve))
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
      state: (state) => heard.get(state.kind)?.(state),
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

/** For tests: two links to each other, each over its own port, with signals passed directly. */
import { type ConnectionHost, connectionHost } from '../adapter/host.ts'
import type { Link } from '../adapter/link.ts'
import type { PeerConnectionConstructor } from '../connection/certificates.ts'
import { serveConnections } from '../connection/serve.ts'
import type { LinkOptions, Signal } from '../link.ts'

export interface Device {
  readonly host: ConnectionHost
  end(): void
}

export const makeDevice = (RTCPeerConnection: PeerConnectionConstructor): Device => {
  const { port1, port2 } = new MessageChannel()
  const stop = serveConnections(port1, { RTCPeerConnection })
  const host = connectionHost(port2)
  return {
    host,
    end() {
      host.end()
      stop()
      port1.close()
      port2.close()
    },
  }
}

/** Delivers signals in both directions through `carry`, which may delay, change or drop them. */
export const join = (
  one: Link,
  other: Link,
  carry: (signal: Signal, deliver: (signal: unknown) => void) => void = (s, d) => d(s),
) => {
  const stops = [
    one.onSignal((signal) => carry(structuredClone(signal), (carried) => other.signal(carried))),
    other.onSignal((signal) => carry(structuredClone(signal), (carried) => one.signal(carried))),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

export interface Pair {
  readonly polite: Link
  readonly impolite: Link
  end(): void
}

/** Two links that are connecting. Both sides begin, unless `options` say otherwise. */
export const linkedPair = (
  RTCPeerConnection: PeerConnectionConstructor,
  options: { readonly polite?: Partial<LinkOptions>; readonly impolite?: Partial<LinkOptions> } = {},
): Pair => {
  const devices = [makeDevice(RTCPeerConnection), makeDevice(RTCPeerConnection)] as const
  const polite = devices[0].host.open({ polite: true, ...options.polite })
  const impolite = devices[1].host.open({ polite: false, ...options.impolite })
  join(polite, impolite)
  return {
    polite,
    impolite,
    end() {
      for (const device of devices) device.end()
    },
  }
}

/** Resolves with the next message of a channel. */
export const nextMessage = (link: Link, channel: 'control' | 'sync'): Promise<Uint8Array> =>
  new Promise((resolve) => {
    const stop = link.onMessage(channel, (message) => {
      stop()
      resolve(message)
    })
  })

/** Resolves with the close reason of a link. */
export const closing = (link: Link) =>
  new Promise<import('../link.ts').CloseReason>((resolve) => {
    link.onState((state) => {
      if (state.kind === 'closed') resolve(state.reason)
    })
  })

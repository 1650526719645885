/** The page's side of the port: makes connections when told to, and moves bytes. */
import type { Channel } from '../link.ts'
import type { Command, FreshStart, Report } from '../port.ts'
import { certificates, type PeerConnectionConstructor } from './certificates.ts'
import { type Connection, connect } from './connection.ts'

export interface ServeOptions {
  /** The browser's, or that of `@roamhq/wrtc` in Node. */
  readonly RTCPeerConnection: PeerConnectionConstructor
  /** Where to hear of fresh starts: `watchFreshStarts` on a page; left out in Node. */
  readonly watchFreshStarts?: (tell: (cause: FreshStart) => void) => () => void
}

/** @returns a function that closes every connection and leaves the port alone */
export const serveConnections = (port: MessagePort, options: ServeOptions): (() => void) => {
  const own = certificates(options.RTCPeerConnection)
  const connections = new Map<number, Promise<Connection | undefined>>()
  const tell = (report: Report, transfer: ArrayBuffer[] = []) => port.postMessage(report, transfer)

  const open = async ({ link, options: how }: Extract<Command, { kind: 'open' }>): Promise<Connection | undefined> => {
    try {
      const certificate = await own.get(how.identity)
      return connect(options.RTCPeerConnection, certificate, how, {
        fingerprint: (whose, fingerprint) => tell({ kind: 'fingerprint', link, whose, fingerprint }),
        signal: (signal) => tell({ kind: 'signal', link, signal }),
        path: (path) => tell({ kind: 'path', link, path }),
        frame: (channel: Channel, frame) => tell({ kind: 'frame', link, channel, frame }, [frame]),
        consumed: (channel, bytes) => tell({ kind: 'consumed', link, channel, bytes }),
        state: (state) => {
          if (state.kind === 'closed') connections.delete(link)
          tell({ kind: 'state', link, state })
        },
      })
    } catch (error) {
      connections.delete(link)
      const message = `This browser made no connection: ${error instanceof Error ? error.message : error}`
      tell({ kind: 'state', link, state: { kind: 'closed', reason: { code: 'failed', message, by: 'here' } } })
      return undefined
    }
  }

  const certificate = async (identity: string) => {
    try {
      tell({ kind: 'certificate', identity, fingerprint: await own.fingerprint(identity) })
    } catch (error) {
      tell({ kind: 'certificate', identity, fingerprint: undefined, error: String(error) })
    }
  }

  const command = (connection: Connection, told: Exclude<Command, { kind: 'open' | 'certificate' }>) => {
    switch (told.kind) {
      case 'signal':
        return connection.signal(told.signal)
      case 'frame':
        return connection.send(told.channel, told.frame)
      case 'consumed':
        return connection.consumed(told.channel, told.bytes)
      case 'restart':
        return connection.restart()
      case 'ice-servers':
        return connection.setIceServers(told.servers)
      case 'close':
        return connection.close(told.reason)
    }
  }

  port.onmessage = ({ data }: MessageEvent<Command>) => {
    if (data.kind === 'open') {
      connections.set(data.link, open(data))
    } else if (data.kind === 'certificate') {
      void certificate(data.identity)
    } else {
      // Commands for a link that closed meanwhile find nothing, and need nothing.
      void connections.get(data.link)?.then((connection) => connection && command(connection, data))
    }
  }

  const unwatch = options.watchFreshStarts?.((cause) => tell({ kind: 'fresh-start', cause }))

  return () => {
    unwatch?.()
    port.onmessage = null
    for (const opening of connections.values()) {
      void opening.then((connection) => connection?.close({ code: 'left', message: 'The page was closed.', by: 'here' }))
    }
  }
}

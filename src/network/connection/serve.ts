/** The page's side of the port: runs the commands of the worker on WebRTC connections and forwards their events. */
import type { Channel } from '../link.ts'
import type { Command, FreshStart, Report } from '../port.ts'
import { certificates, type PeerConnectionConstructor } from './certificates.ts'
import { type Connection, connect } from './connection.ts'

export interface ServeOptions {
  /** The browser's constructor, or that of `@roamhq/wrtc` in Node. */
  readonly RTCPeerConnection: PeerConnectionConstructor
  /** Subscribes to fresh starts: `watchFreshStarts` on a page; omitted in Node. */
  readonly watchFreshStarts?: (notify: (cause: FreshStart) => void) => () => void
}

/** @returns a function that closes every connection but not the port */
export const serveConnections = (port: MessagePort, options: ServeOptions): (() => void) => {
  const own = certificates(options.RTCPeerConnection)
  const connections = new Map<number, Promise<Connection | undefined>>()
  const report = (report: Report, transfer: ArrayBuffer[] = []) => port.postMessage(report, transfer)

  const open = async ({ link, options: how }: Extract<Command, { kind: 'open' }>): Promise<Connection | undefined> => {
    try {
      const certificate = await own.get(how.identity)
      return connect(options.RTCPeerConnection, certificate, how, {
        fingerprint: (whose, fingerprint) => report({ kind: 'fingerprint', link, whose, fingerprint }),
        signal: (signal) => report({ kind: 'signal', link, signal }),
        path: (path) => report({ kind: 'path', link, path }),
        frame: (channel: Channel, frame) => report({ kind: 'frame', link, channel, frame }, [frame]),
        consumed: (channel, bytes) => report({ kind: 'consumed', link, channel, bytes }),
        state: (state) => {
          if (state.kind === 'closed') connections.delete(link)
          report({ kind: 'state', link, state })
        },
      })
    } catch (error) {
      connections.delete(link)
      const message = `The browser could not create a connection: ${error instanceof Error ? error.message : error}`
      report({ kind: 'state', link, state: { kind: 'closed', reason: { code: 'failed', message, by: 'here' } } })
      return undefined
    }
  }

  const certificate = async (identity: string) => {
    try {
      report({ kind: 'certificate', identity, fingerprint: await own.fingerprint(identity) })
    } catch (error) {
      report({ kind: 'certificate', identity, fingerprint: undefined, error: String(error) })
    }
  }

  const command = (connection: Connection, action: Exclude<Command, { kind: 'open' | 'certificate' }>) => {
    switch (action.kind) {
      case 'signal':
        return connection.signal(action.signal)
      case 'frame':
        return connection.send(action.channel, action.frame)
      case 'consumed':
        return connection.consumed(action.channel, action.bytes)
      case 'restart':
        return connection.restart()
      case 'ice-servers':
        return connection.setIceServers(action.servers)
      case 'close':
        return connection.close(action.reason)
    }
  }

  port.onmessage = ({ data }: MessageEvent<Command>) => {
    if (data.kind === 'open') {
      connections.set(data.link, open(data))
    } else if (data.kind === 'certificate') {
      void certificate(data.identity)
    } else {
      // Commands for a link that has closed are ignored.
      void connections.get(data.link)?.then((connection) => connection && command(connection, data))
    }
  }

  const unwatch = options.watchFreshStarts?.((cause) => report({ kind: 'fresh-start', cause }))

  return () => {
    unwatch?.()
    port.onmessage = null
    for (const opening of connections.values()) {
      void opening.then((connection) => connection?.close({ code: 'left', message: 'The page was closed.', by: 'here' }))
    }
  }
}

/** The worker's side of the port: opens links whose connections the page holds. */
import type { CloseReason, LinkOptions } from '../link.ts'
import type { Command, FreshStart, Report } from '../port.ts'
import { type Link, type LinkEnd, makeLink, type Unsubscribe } from './link.ts'

export interface ConnectionHost {
  open(options: LinkOptions): Link
  /**
   * The fingerprint (32 bytes) that links with this `identity` will have, before any is opened; undefined in Node, where
   * certificates cannot be made ahead.
   */
  fingerprint(identity: string): Promise<Uint8Array | undefined>
  /** The page became visible, came online, changed network or woke: links want a `restart`, discovery a new look. */
  onFreshStart(listener: (cause: FreshStart) => void): Unsubscribe
  /** The page is gone, its port with it: every link closes with this reason. */
  end(reason?: CloseReason): void
}

const PAGE_GONE: CloseReason = { code: 'left', message: 'The page that held this connection was closed.', by: 'here' }

/** @param port its other end is given to `serveConnections` */
export const connectionHost = (port: MessagePort): ConnectionHost => {
  const links = new Map<number, LinkEnd>()
  const starts = new Set<(cause: FreshStart) => void>()
  const asked = new Map<string, ((report: Extract<Report, { kind: 'certificate' }>) => void)[]>()
  let last = 0
  const post = (command: Command, transfer: ArrayBuffer[] = []) => port.postMessage(command, transfer)

  port.onmessage = ({ data }: MessageEvent<Report>) => {
    if (data.kind === 'fresh-start') {
      for (const listener of [...starts]) listener(data.cause)
    } else if (data.kind === 'certificate') {
      for (const answer of asked.get(data.identity) ?? []) answer(data)
      asked.delete(data.identity)
    } else {
      links.get(data.link)?.report(data)
    }
  }

  return {
    open(options) {
      last += 1
      const id = last
      const end = makeLink(id, options, post)
      links.set(id, end)
      end.link.onState(({ kind }) => {
        if (kind === 'closed') links.delete(id)
      })
      return end.link
    },
    fingerprint(identity) {
      return new Promise((resolve, reject) => {
        const waiting = asked.get(identity) ?? []
        waiting.push(({ fingerprint, error }) => (error === undefined ? resolve(fingerprint) : reject(new Error(error))))
        asked.set(identity, waiting)
        post({ kind: 'certificate', identity })
      })
    },
    onFreshStart(listener) {
      starts.add(listener)
      return () => starts.delete(listener)
    },
    end(reason = PAGE_GONE) {
      for (const end of [...links.values()]) end.abandon(reason)
    },
  }
}

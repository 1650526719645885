/** The worker's side of the port: opens links whose WebRTC connections live on the page. */
import type { CloseReason, LinkOptions } from '../link.ts'
import type { Command, FreshStart, Report } from '../port.ts'
import { type Link, type LinkEnd, makeLink, type Unsubscribe } from './link.ts'

export interface ConnectionHost {
  open(options: LinkOptions): Link
  /**
   * Returns the certificate fingerprint (32 bytes) of all links with this `identity`, before any is opened. Returns undefined in
   * Node, which cannot generate certificates in advance.
   */
  fingerprint(identity: string): Promise<Uint8Array | undefined>
  /** Called when the page becomes visible, comes online, changes network or wakes up: restart links and rediscover peers. */
  onFreshStart(listener: (cause: FreshStart) => void): Unsubscribe
  /** Closes every link with this reason. Call it when the page and its port are gone. */
  end(reason?: CloseReason): void
}

const PAGE_GONE: CloseReason = { code: 'left', message: 'The page that held this connection was closed.', by: 'here' }

/** @param port pass the other end to `serveConnections` */
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

/** Messages on the port between the worker, which controls links, and the page, which owns the connections. */
import type { Channel, CloseReason, IceServer, LinkOptions, LinkState, Path, Signal } from './link.ts'

/** Sent by the worker, which assigns the number `link`. */
export type Command =
  | { readonly kind: 'open'; readonly link: number; readonly options: LinkOptions }
  | { readonly kind: 'signal'; readonly link: number; readonly signal: Signal }
  | { readonly kind: 'frame'; readonly link: number; readonly channel: Channel; readonly frame: ArrayBuffer }
  /** The worker consumed this many received bytes; the other side may send as many. */
  | { readonly kind: 'consumed'; readonly link: number; readonly channel: Channel; readonly bytes: number }
  | { readonly kind: 'restart'; readonly link: number }
  | { readonly kind: 'ice-servers'; readonly link: number; readonly servers: readonly IceServer[] }
  | { readonly kind: 'close'; readonly link: number; readonly reason: CloseReason }
  | { readonly kind: 'certificate'; readonly identity: string }

/** Sent by the page. */
export type Report =
  | { readonly kind: 'fingerprint'; readonly link: number; readonly whose: 'own' | 'remote'; readonly fingerprint: Uint8Array }
  | { readonly kind: 'signal'; readonly link: number; readonly signal: Signal }
  | { readonly kind: 'state'; readonly link: number; readonly state: LinkState }
  | { readonly kind: 'path'; readonly link: number; readonly path: Path }
  | { readonly kind: 'frame'; readonly link: number; readonly channel: Channel; readonly frame: ArrayBuffer }
  /** The other side consumed this many bytes. */
  | { readonly kind: 'consumed'; readonly link: number; readonly channel: Channel; readonly bytes: number }
  | {
      readonly kind: 'certificate'
      readonly identity: string
      readonly fingerprint: Uint8Array | undefined
      readonly error?: string
    }
  | { readonly kind: 'fresh-start'; readonly cause: FreshStart }

/** Why connections may have died without any event. */
export type FreshStart = 'visible' | 'online' | 'network' | 'woke'

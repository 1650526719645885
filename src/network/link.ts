/**
 * Types and limits shared by both ends of the port. A link is one connection to one other device, controlled by the worker. The
 * page (or Node) owns the `RTCPeerConnection` and only forwards bytes.
 */

/** Channels of a link with their data channel ids. Both sides create them with these ids, so no channel is announced. */
export const CHANNELS = { control: 1, sync: 2 } as const
export type Channel = keyof typeof CHANNELS

/** Id of the data channel for heartbeats, flow control and close reasons. */
export const HOUSEKEEPING_CHANNEL = 0

/** Bytes. Chromium is fastest at 64 KiB (15.3 MiB/s, against 7.6 at 16 KiB), and every browser accepts messages of that size. */
export const FRAME_LIMIT = 64 * 1024

/** Bytes. A larger message would use too much memory on a phone; split larger data into several messages. */
export const MESSAGE_LIMIT = 256 * 1024 * 1024

/**
 * Bytes that may be in transit on one channel before the other side has consumed them. With a round trip of 50 ms it allows
 * 80 MiB/s. It limits how much a peer can make this device buffer.
 */
export const WINDOW = 4 * 1024 * 1024

/** Overhead in bytes that each frame adds to the window, because buffering a million empty messages costs memory too. */
export const FRAME_COST = 256

export type CloseCode =
  /** One side closed the link on purpose. */
  | 'left'
  /** The owner of the link rejected a message from the other side. */
  | 'refused'
  /** The other side sent bytes that violate the protocol. */
  | 'garbled'
  /** The other side sent a message or frame above its limit. */
  | 'too-large'
  /** The other side sent more bytes than the window allows. */
  | 'flooded'
  /** The certificate of the other side does not match its description. */
  | 'impersonated'
  /** The connection was not established in time. */
  | 'unreachable'
  /** The connection was established, then no data arrived for too long. */
  | 'lost'
  /** The browser or the machine failed. */
  | 'failed'

/** Why a link closed, and which side closed it. */
export interface CloseReason {
  readonly code: CloseCode
  readonly message: string
  readonly by: 'here' | 'there'
}

export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  /** The link was open and is trying to reconnect. */
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'closed'; readonly reason: CloseReason }

/** Whether packets travel directly or through a TURN server. */
export type Path = 'direct' | 'relayed'

/** Signaling data that both sides exchange out of band to connect. Plain values of at most about 2 KiB. */
export type Signal =
  /** `id` is random. The answer repeats it in `to`, so that an answer to an older offer is recognized. */
  | { readonly kind: 'offer'; readonly id: string; readonly sdp: string }
  | { readonly kind: 'answer'; readonly to: string; readonly sdp: string }
  | { readonly kind: 'candidates'; readonly candidates: readonly Candidate[] }

export interface Candidate {
  readonly candidate: string
  readonly mid: string
  readonly ufrag: string
}

/** A STUN or TURN server, like `RTCIceServer`. */
export interface IceServer {
  readonly urls: string | readonly string[]
  readonly username?: string
  readonly credential?: string
}

export interface LinkOptions {
  /** Exactly one of the two sides is polite: it rolls back its offer if both offer at the same time. */
  readonly polite: boolean
  /** Whether this side makes the first offer; otherwise it waits for one. Both sides may begin. Default true. */
  readonly begin?: boolean
  /**
   * If false, gathers all candidates before it emits its only description, for codes that are shown and scanned. If true (the
   * default), late candidates are emitted as separate signals.
   */
  readonly trickle?: boolean
  readonly iceServers?: readonly IceServer[]
  /** 'relay' uses TURN servers only. Default 'all'. */
  readonly transport?: 'all' | 'relay'
  /**
   * Links with the same identity share one certificate, generated on first use and kept for the lifetime of the page. Links without
   * identity, and all links in Node, have their own certificate.
   */
  readonly identity?: string
  /** Milliseconds until a link that never opened is closed as `unreachable`. Default 30 s. */
  readonly connectWithin?: number
  /** Milliseconds between heartbeats. Default 5 s. Three without received data interrupt the link, nine close it. */
  readonly heartbeat?: number
}

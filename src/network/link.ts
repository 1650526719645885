/**
 * What both ends of the port agree on. A link is one connection to one other device, seen from the worker that commands it;
 * the page (or Node) owns the `RTCPeerConnection` and only moves bytes.
 */

/** Channels of a link, with their data channel ids. Both sides make them alike, so that nothing has to be announced. */
export const CHANNELS = { control: 1, sync: 2 } as const
export type Channel = keyof typeof CHANNELS

/** Data channel for heartbeats, windows and goodbyes of the connection itself. */
export const HOUSEKEEPING_CHANNEL = 0

/** Bytes. Chromium is fastest at 64 KiB (15.3 MiB/s, against 7.6 at 16 KiB), and every browser takes messages of that size. */
export const FRAME_LIMIT = 64 * 1024

/** Bytes. A larger message would hold too much of a phone's memory; larger things go in parts. */
export const MESSAGE_LIMIT = 256 * 1024 * 1024

/**
 * Bytes that may be under way on one channel without having been consumed by the other side. At 50 ms of round trip it allows
 * 80 MiB/s, and it bounds what a peer can make this device hold.
 */
export const WINDOW = 4 * 1024 * 1024

/** Bytes of a window that a frame takes up beside its own: a million empty messages are not free to hold either. */
export const FRAME_COST = 256

export type CloseCode =
  /** One side was closed on purpose. */
  | 'left'
  /** The owner of a link refused what the other side did. */
  | 'refused'
  /** Bytes that no honest peer sends. */
  | 'garbled'
  /** A message or frame above its limit. */
  | 'too-large'
  /** More bytes than the window allows. */
  | 'flooded'
  /** Another certificate than the one that was named. */
  | 'impersonated'
  /** Never connected in the time allowed. */
  | 'unreachable'
  /** Was connected, then silent for too long. */
  | 'lost'
  /** The browser or machine could not do what was asked. */
  | 'failed'

/** Why a link ended. `by` tells which side ended it. */
export interface CloseReason {
  readonly code: CloseCode
  readonly message: string
  readonly by: 'here' | 'there'
}

export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  /** Was open; is being tried again. */
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'closed'; readonly reason: CloseReason }

/** How packets travel: straight, or through a TURN server. */
export type Path = 'direct' | 'relayed'

/** What two sides tell each other by other means before they are connected. Plain values, at most about 2 KiB. */
export type Signal =
  /** `id` is random; the answer names it, so that one to an older offer is not taken for one to the newest. */
  | { readonly kind: 'offer'; readonly id: string; readonly sdp: string }
  | { readonly kind: 'answer'; readonly to: string; readonly sdp: string }
  | { readonly kind: 'candidates'; readonly candidates: readonly Candidate[] }

export interface Candidate {
  readonly candidate: string
  readonly mid: string
  readonly ufrag: string
}

/** A STUN or TURN server, as `RTCIceServer` has it. */
export interface IceServer {
  readonly urls: string | readonly string[]
  readonly username?: string
  readonly credential?: string
}

export interface LinkOptions {
  /** Of two sides exactly one is polite: it gives way when both offer at once. */
  readonly polite: boolean
  /** Whether this side makes the first offer; else it waits for one. Both may begin. Default true. */
  readonly begin?: boolean
  /**
   * False gathers every candidate before the one description is told, for codes that are shown and scanned. Default true:
   * candidates found late follow in signals of their own.
   */
  readonly trickle?: boolean
  readonly iceServers?: readonly IceServer[]
  /** 'relay' uses TURN servers only. Default 'all'. */
  readonly transport?: 'all' | 'relay'
  /**
   * Links with the same identity use one certificate, made when first asked for and kept as long as the page. Without it every
   * link has its own. Not available in Node, where every link has its own.
   */
  readonly identity?: string
  /** Milliseconds until a link that never opened is closed as `unreachable`. Default 30 s. */
  readonly connectWithin?: number
  /** Milliseconds between looks for a sign of life. Default 5 s; three silent ones interrupt, nine close. */
  readonly heartbeat?: number
}

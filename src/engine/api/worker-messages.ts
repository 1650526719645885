/** Messages by which a page starts its two workers. Everything later goes through ports. */
export type ToDocuments =
  /**
   * `feed` leads to the index worker, `connections` to WebRTC in the page. `settings` is undefined when the server could not be
   * reached.
   */
  | {
      readonly kind: 'begin'
      readonly feed: MessagePort
      readonly connections: MessagePort
      readonly settings: EngineSettings | undefined
    }
  | { readonly kind: 'serve'; readonly port: MessagePort }
  /** To a waiting worker: over this port the leading worker sends what is needed to take over an open profile. */
  | { readonly kind: 'inherit'; readonly port: MessagePort }
  /** To the leading worker: the other end of that port. */
  | { readonly kind: 'heir'; readonly port: MessagePort }

export type FromDocuments =
  /** This worker acquired the lock of the profile: it is the only one that writes. */
  | { readonly kind: 'elected' }
  /** The profile was locked: the page must terminate the worker, so that its keys leave memory. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly message: string }

export type ToIndex =
  | { readonly kind: 'begin'; readonly feed: MessagePort }
  | { readonly kind: 'serve'; readonly port: MessagePort }

/** The index cannot start here. */
export interface FromIndex {
  readonly kind: 'failed'
  readonly message: string
}

/** Settings that the app's server sends. */
export interface EngineSettings {
  readonly publicUrl: string | undefined
  /** WebSocket address of the relay, or undefined when there is none. */
  readonly relay: string | undefined
  readonly iceServers: readonly {
    readonly urls: string | readonly string[]
    readonly username?: string
    readonly credential?: string
  }[]
}

/** The channel that notifies every tab of this origin when an engine starts. */
export const ENGINE_CHANNEL = 'tessera/engine'

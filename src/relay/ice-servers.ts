import { createHmac } from 'node:crypto'

export interface IceServersOptions {
  /** `stun:` addresses. */
  readonly stun: readonly string[]
  /** `turn:` or `turns:` addresses. */
  readonly turn: readonly string[]
  /** Shared with the TURN server (coturn's `static-auth-secret`). */
  readonly turnSecret: string | undefined
}

export interface GivenIceServer {
  readonly urls: readonly string[]
  readonly username?: string
  readonly credential?: string
}

/** Milliseconds that TURN credentials are good for: a working day, after which the page asks again. */
const TURN_LIFE = 12 * 60 * 60 * 1000

/**
 * The ICE servers that clients are told, with TURN credentials that expire (draft-uberti-behave-turn-rest-00: HMAC-SHA-1 of the
 * time of expiry under a shared secret, which coturn checks).
 * @param now milliseconds since 1970
 */
export const iceServers = ({ stun, turn, turnSecret }: IceServersOptions, now: number): readonly GivenIceServer[] => {
  const username = String(Math.floor((now + TURN_LIFE) / 1000))
  return [
    ...(stun.length > 0 ? [{ urls: stun }] : []),
    ...(turn.length > 0 && turnSecret
      ? [{ urls: turn, username, credential: createHmac('sha1', turnSecret).update(username).digest('base64') }]
      : []),
  ]
}

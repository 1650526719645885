import { createHmac } from 'node:crypto'
import type { TurnServer } from '../discovery/relay/relay-wire.ts'

export interface IceServersOptions {
  /** `stun:` addresses. */
  readonly stun: readonly string[]
  /** `turn:` or `turns:` addresses. */
  readonly turn: readonly string[]
  /** Shared with the TURN server (coturn's `static-auth-secret`). */
  readonly turnSecret: string | undefined
}

/** Milliseconds that TURN credentials are good for. Clients get new ones in half of it, while they are connected. */
export const TURN_LIFE = 60 * 60 * 1000

/** The ICE servers that everybody is told: those that need no credentials. */
export const publicIceServers = ({ stun }: IceServersOptions): readonly { readonly urls: readonly string[] }[] =>
  stun.length > 0 ? [{ urls: stun }] : []

/**
 * TURN servers with credentials that expire (draft-uberti-behave-turn-rest-00: HMAC-SHA-1 of the time of expiry under a shared
 * secret, which coturn checks).
 * @param now milliseconds since 1970
 * @param life milliseconds that the credentials are valid
 */
export const turnServers = (
  { turn, turnSecret }: IceServersOptions,
  now: number,
  life: number = TURN_LIFE,
): readonly TurnServer[] => {
  if (turn.length === 0 || !turnSecret) return []
  const username = String(Math.floor((now + life) / 1000))
  return [{ urls: turn, username, credential: createHmac('sha1', turnSecret).update(username).digest('base64') }]
}

import { createHmac } from 'node:crypto'
import type { TurnServer } from '../discovery/relay/relay-wire.ts'

export interface IceServersOptions {
  /** `stun:` URLs. */
  readonly stun: readonly string[]
  /** `turn:` or `turns:` URLs. */
  readonly turn: readonly string[]
  /** Shared with the TURN server (coturn's `static-auth-secret`). */
  readonly turnSecret: string | undefined
}

/** Milliseconds that TURN credentials are valid. Connected clients get new ones after half of that time. */
export const TURN_LIFE = 60 * 60 * 1000

/** The ICE servers that need no credentials. Every client gets them. */
export const publicIceServers = ({ stun }: IceServersOptions): readonly { readonly urls: readonly string[] }[] =>
  stun.length > 0 ? [{ urls: stun }] : []

/**
 * Returns the TURN servers with temporary credentials (draft-uberti-behave-turn-rest-00: an HMAC-SHA-1 of the expiry time with a
 * secret shared with coturn).
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

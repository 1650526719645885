import type { IncomingMessage } from 'node:http'

/**
 * Whether the client of a request may get TURN credentials: a program other than a browser (no `Origin`), the app that this server
 * serves, or an app of `allowed`. Pages of other origins may use the relay, because a pairing code can name a foreign relay.
 * @param allowed origins such as `https://tessera.example.org`
 */
export const mayGetTurn = ({ headers: { origin, host } }: IncomingMessage, allowed: readonly string[]): boolean => {
  if (origin === undefined || allowed.includes(origin)) return true
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host.toLowerCase()
}

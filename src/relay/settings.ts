/** Reads the settings of the server from environment variables. */
import type { BlockList } from 'node:net'
import { TURN_SERVER_LIMIT, TURN_URL } from '../discovery/relay/relay-wire.ts'
import { addressList } from './client-address.ts'
import type { ServeOptions } from './serve.ts'

export interface Settings extends ServeOptions {
  readonly port: number
  /** Address to listen on; all addresses if undefined. */
  readonly host: string | undefined
}

const DEFAULT_PORT = 5180

/** Minimum characters of the token for `/metrics`. It must resist guessing, because attempts are not limited. */
const SHORTEST_TOKEN = 16

const list = (text: string | undefined) => (text ?? '').split(/[\s,]+/).filter((part) => part !== '')

const portOf = (text: string | undefined) => {
  if (text === undefined || text === '') return DEFAULT_PORT
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT must be a number from 0 to 65535, got "${text}".`)
  return port
}

const publicUrlOf = (text: string | undefined) => {
  if (text === undefined || text === '') return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new Error(`PUBLIC_URL must be the URL that other devices open, such as https://tessera.example.org, got "${text}".`)
  }
  url.hash = ''
  url.search = ''
  return url.href
}

const trustedProxiesOf = (text: string | undefined): BlockList | undefined => {
  if (text === undefined || text === '' || text === '0') return undefined
  if (text === '1') return addressList()
  try {
    return addressList(list(text))
  } catch {
    throw new Error(
      `TRUST_PROXY must be 1 (proxies on this machine or in a private network) or a list of addresses such as "192.0.2.1, 2001:db8::/32", got "${text}".`,
    )
  }
}

const metricsTokenOf = (text: string | undefined): string | undefined => {
  if (text === undefined || text === '') return undefined
  if (text.length >= SHORTEST_TOKEN && /^[\x21-\x7e]+$/.test(text)) return text
  throw new Error(
    `METRICS_TOKEN must have at least ${SHORTEST_TOKEN} characters without spaces, got ${text.length}. Generate one: openssl rand -hex 16`,
  )
}

const turnUrlsOf = (text: string | undefined): readonly string[] => {
  const urls = list(text)
  const wrong = urls.find((url) => !TURN_URL.test(url))
  if (wrong !== undefined) throw new Error(`TURN_URLS must be a list of URLs such as turn:turn.example.org:3478, got "${wrong}".`)
  if (urls.length <= TURN_SERVER_LIMIT) return urls
  throw new Error(`TURN_URLS must have at most ${TURN_SERVER_LIMIT} entries, got ${urls.length}.`)
}

const turnOriginsOf = (text: string | undefined): readonly string[] =>
  list(text).map((origin) => {
    const url = URL.canParse(origin) ? new URL(origin) : undefined
    if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin
    throw new Error(`TURN_ORIGINS must be a list of origins such as https://tessera.example.org, got "${origin}".`)
  })

/** @throws {Error} with the variable, its expected format and its value, if a variable is invalid */
export const settingsFrom = (environment: Readonly<Record<string, string | undefined>>, app: string): Settings => ({
  app,
  port: portOf(environment.PORT),
  host: environment.HOST || undefined,
  publicUrl: publicUrlOf(environment.PUBLIC_URL),
  trustedProxies: trustedProxiesOf(environment.TRUST_PROXY),
  metricsToken: metricsTokenOf(environment.METRICS_TOKEN),
  turnOrigins: turnOriginsOf(environment.TURN_ORIGINS),
  ice: {
    stun: list(environment.STUN_URLS),
    turn: turnUrlsOf(environment.TURN_URLS),
    turnSecret: environment.TURN_SECRET || undefined,
  },
})

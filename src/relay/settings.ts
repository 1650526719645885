/** What whoever runs the relay may set, by environment. */
import type { ServeOptions } from './serve.ts'

export interface Settings extends ServeOptions {
  readonly port: number
  /** Address to listen on; every one when undefined. */
  readonly host: string | undefined
}

const DEFAULT_PORT = 5180

const list = (text: string | undefined) => (text ?? '').split(/[\s,]+/).filter((part) => part !== '')

const portOf = (text: string | undefined) => {
  if (text === undefined || text === '') return DEFAULT_PORT
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`PORT is a number from 0 to 65535, got "${text}".`)
  return port
}

const publicUrlOf = (text: string | undefined) => {
  if (text === undefined || text === '') return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new Error(`PUBLIC_URL is the address that other devices open, such as https://tessera.example.org, got "${text}".`)
  }
  url.hash = ''
  url.search = ''
  return url.href
}

/** @throws {Error} naming the variable, what was expected and what came */
export const settingsFrom = (environment: Readonly<Record<string, string | undefined>>, app: string): Settings => ({
  app,
  port: portOf(environment.PORT),
  host: environment.HOST || undefined,
  publicUrl: publicUrlOf(environment.PUBLIC_URL),
  trustProxy: environment.TRUST_PROXY === '1',
  ice: {
    stun: list(environment.STUN_URLS),
    turn: list(environment.TURN_URLS),
    turnSecret: environment.TURN_SECRET || undefined,
  },
})

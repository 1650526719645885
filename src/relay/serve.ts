/** One HTTP server: the built app, its configuration, the relay, and what those who run it look at. */
import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import sirv from 'sirv'
import { cacheControl, SECURITY_HEADERS } from './headers.ts'
import { type IceServersOptions, iceServers } from './ice-servers.ts'
import type { RelayLimits } from './limits.ts'
import { createRelay, type Relay } from './relay.ts'

/** Where the relay's WebSocket is. */
export const RELAY_PATH = '/relay'

export interface ServeOptions {
  /** Folder of the built app; without it only the relay is served. */
  readonly app: string | undefined
  readonly publicUrl: string | undefined
  readonly ice: IceServersOptions
  /** Whether the last `X-Forwarded-For` is believed: only behind a proxy that sets it. */
  readonly trustProxy: boolean
  readonly limits?: Partial<RelayLimits>
}

export interface Served {
  readonly server: Server
  readonly relay: Relay
  /** Resolves when everybody was told and nothing is open any more. */
  close(): Promise<void>
}

/** What the app asks for at its start. */
export interface AppConfiguration {
  /** Address under which other devices reach this app, or null when it is not known. */
  readonly publicUrl: string | null
  /** The relay, relative to the page. */
  readonly relay: string
  readonly iceServers: ReturnType<typeof iceServers>
}

const address = (request: IncomingMessage, trustProxy: boolean) => {
  const forwarded = trustProxy ? request.headers['x-forwarded-for'] : undefined
  const last = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded)?.split(',').at(-1)?.trim()
  return last || (request.socket.remoteAddress ?? '')
}

const answer = (response: ServerResponse, status: number, type: string, body: string) => {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' })
  response.end(body)
}

export const serve = ({ app, publicUrl, ice, trustProxy, limits }: ServeOptions): Served => {
  const relay = createRelay(limits)
  const files =
    app !== undefined && existsSync(app)
      ? sirv(app, {
          single: true,
          etag: true,
          dotfiles: false,
          setHeaders: (response, pathname) => response.setHeader('Cache-Control', cacheControl(pathname)),
        })
      : undefined

  const respond = (request: IncomingMessage, response: ServerResponse) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return answer(response, 405, 'text/plain; charset=utf-8', 'Only GET and HEAD are answered.')
    }
    const pathname = (request.url ?? '/').split('?', 1)[0]
    if (pathname === '/health') return answer(response, 200, 'application/json', JSON.stringify({ status: 'ok' }))
    if (pathname === '/metrics') return answer(response, 200, 'text/plain; version=0.0.4; charset=utf-8', relay.counts.text())
    if (pathname === '/config.json') {
      const configuration: AppConfiguration = {
        publicUrl: publicUrl ?? null,
        relay: RELAY_PATH,
        iceServers: iceServers(ice, Date.now()),
      }
      return answer(response, 200, 'application/json', JSON.stringify(configuration))
    }
    const missing = () => answer(response, 404, 'text/plain; charset=utf-8', 'There is nothing here.')
    if (files) files(request, response, missing)
    else missing()
  }

  const server = createServer(respond)
  server.on('upgrade', (request, socket, head) => {
    if ((request.url ?? '').split('?', 1)[0] === RELAY_PATH) {
      relay.upgrade(request, socket, head, address(request, trustProxy))
      return
    }
    // Nobody else listens on a socket that asked for an upgrade; a client that is gone already needs no answer.
    socket.on('error', () => socket.destroy())
    socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
  })

  return {
    server,
    relay,
    close: () =>
      new Promise((resolve, reject) => {
        relay.close()
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeIdleConnections()
      }),
  }
}

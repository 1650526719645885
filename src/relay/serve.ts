/** The HTTP server: serves the built app, its configuration, the relay, and `/health` and `/metrics` for operators. */
import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { BlockList, Socket } from 'node:net'
import { appFiles } from './app-files.ts'
import { clientAddress } from './client-address.ts'
import { SECURITY_HEADERS } from './headers.ts'
import { type IceServersOptions, publicIceServers, turnServers } from './ice-servers.ts'
import { RELAY_LIMITS, type RelayLimits } from './limits.ts'
import { mayReadMetrics } from './metrics-access.ts'
import { pathnameOf } from './pathname.ts'
import { refuseUpgrade } from './refuse-upgrade.ts'
import { createRelay, type Relay } from './relay.ts'
import { limitSockets } from './socket-limits.ts'
import { mayGetTurn } from './turn-origins.ts'
import { answerWithoutUpgrade } from './without-upgrade.ts'

/** Path of the relay's WebSocket. */
export const RELAY_PATH = '/relay'

/** Maximum bytes of a request's head. A browser sends about 600. */
const HEAD_LIMIT = 8 * 1024

/** Maximum pending requests of one socket. Each uses an open file, and browsers do not pipeline. */
const PIPELINE_LIMIT = 8

export interface ServeOptions {
  /** Folder of the built app. If undefined, only the relay is served. */
  readonly app: string | undefined
  readonly publicUrl: string | undefined
  readonly ice: IceServersOptions
  /** Origins of other apps whose pages may get TURN credentials. */
  readonly turnOrigins?: readonly string[]
  /** Proxies whose `X-Forwarded-For` header is trusted. */
  readonly trustedProxies: BlockList | undefined
  /** Token required to read `/metrics`. If undefined, only this machine may read them. */
  readonly metricsToken: string | undefined
  readonly limits?: Partial<RelayLimits>
}

export interface Served {
  readonly server: Server
  readonly relay: Relay
  /** Closes the relay and the server. Resolves when all connections are closed. */
  close(): Promise<void>
}

/** The app's configuration, which it fetches when it starts. */
export interface AppConfiguration {
  /** URL at which other devices reach this app; null if unknown. */
  readonly publicUrl: string | null
  /** URL of the relay, relative to the page. */
  readonly relay: string
  /** STUN servers only. Clients get TURN servers from the relay when they join a topic. */
  readonly iceServers: ReturnType<typeof publicIceServers>
}

const TEXT = 'text/plain; charset=utf-8'

const answer = (response: ServerResponse, status: number, type: string, body: string) => {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' })
  response.end(body)
}

/** Answers with an error. Destroys a response that has begun, so that the client does not take it for complete. */
const fail = (response: ServerResponse, status: number, message?: string): void => {
  if (response.headersSent) response.destroy()
  else answer(response, status, TEXT, message ?? `${STATUS_CODES[status] ?? 'Error'}.`)
}

const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'

export const serve = ({
  app,
  publicUrl,
  ice,
  turnOrigins = [],
  trustedProxies,
  metricsToken,
  limits: changed,
}: ServeOptions): Served => {
  const limits = { ...RELAY_LIMITS, ...changed }
  const relay = createRelay(limits, () => turnServers(ice, Date.now()))
  const files = app !== undefined && existsSync(app) ? appFiles(app) : undefined
  const allowedOrigins = publicUrl === undefined ? turnOrigins : [new URL(publicUrl).origin, ...turnOrigins]
  const pending = new WeakMap<Socket, number>()

  /** @returns whether the socket may have another pending response; if not, it is destroyed */
  const begin = ({ socket }: IncomingMessage, response: ServerResponse): boolean => {
    const count = (pending.get(socket) ?? 0) + 1
    if (count > PIPELINE_LIMIT) socket.destroy()
    // Later requests in the same chunk still arrive after the socket is destroyed.
    if (socket.destroyed) return false
    pending.set(socket, count)
    response.once('close', () => pending.set(socket, (pending.get(socket) ?? 1) - 1))
    return true
  }

  const respond = (request: IncomingMessage, response: ServerResponse): void => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
    // Close the connection with the response, so that the request's body need not be read.
    if (hasBody(request)) response.setHeader('Connection', 'close')
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD')
      return fail(response, 405, 'Only GET and HEAD are supported.')
    }
    const pathname = pathnameOf(request)
    if (pathname === undefined) return fail(response, 400, 'The URL of the request is invalid.')
    if (pathname === '/health') return answer(response, 200, 'application/json', JSON.stringify({ status: 'ok' }))
    if (pathname === '/metrics') {
      if (mayReadMetrics(request, metricsToken)) {
        return answer(response, 200, 'text/plain; version=0.0.4; charset=utf-8', relay.counts.text())
      }
      const remedy = 'Send the server\'s METRICS_TOKEN as "Authorization: Bearer …", or request them from the server itself.'
      return fail(response, 403, `Metrics are private. ${remedy}`)
    }
    if (pathname === '/config.json') {
      const configuration: AppConfiguration = {
        publicUrl: publicUrl ?? null,
        relay: RELAY_PATH,
        iceServers: publicIceServers(ice),
      }
      return answer(response, 200, 'application/json', JSON.stringify(configuration))
    }
    const notSent = (status: number) => fail(response, status, status === 404 ? 'Not found.' : undefined)
    if (files) files(request, response, pathname, notSent)
    else notSent(404)
  }

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    try {
      if (begin(request, response)) respond(request, response)
    } catch (error) {
      console.error('A request failed.', error)
      fail(response, 500)
    }
  }

  const server = createServer(
    {
      maxHeaderSize: HEAD_LIMIT,
      headersTimeout: limits.head,
      // Bodies are never read, so the whole request has the time of its head.
      requestTimeout: limits.head,
      connectionsCheckingInterval: Math.ceil(limits.head / 2),
    },
    handle,
  )
  server.setTimeout(limits.stalled)
  limitSockets(server, limits, trustedProxies)
  server.on('upgrade', (request, socket, head) => {
    try {
      if (request.headers.upgrade?.toLowerCase() !== 'websocket')
        return answerWithoutUpgrade(request, socket, limits.stalled, handle)
      if (pathnameOf(request) === RELAY_PATH) {
        const address = clientAddress(request, trustedProxies)
        relay.upgrade(request, socket, head, address, mayGetTurn(request, allowedOrigins))
      } else refuseUpgrade(socket, 404, `The relay is at ${RELAY_PATH}.`)
    } catch (error) {
      console.error('An upgrade failed.', error)
      socket.destroy()
    }
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

import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { addressList, isListed } from './client-address.ts'

const LOOPBACK = addressList(['127.0.0.0/8', '::1'])

/** Headers by which reverse proxies tell that a request is somebody else's. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'] as const

const LOCAL_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i

/** A proxy on this machine, and a page whose name was pointed at it (DNS rebinding), come over loopback too. */
const isFromThisMachine = ({ headers, socket }: IncomingMessage) =>
  isListed(LOOPBACK, socket.remoteAddress) &&
  LOCAL_HOST.test(headers.host ?? '') &&
  FORWARDED.every((name) => headers[name] === undefined)

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Whether `request` may read `/metrics`: with the token if there is one, else from this machine only. */
export const mayReadMetrics = (request: IncomingMessage, token: string | undefined): boolean =>
  token === undefined
    ? isFromThisMachine(request)
    : // Of digests, since only equal lengths can be compared in constant time.
      timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${token}`))

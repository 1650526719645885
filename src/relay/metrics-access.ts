import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { addressList, isListed } from './client-address.ts'

const LOOPBACK = addressList(['127.0.0.0/8', '::1'])

/** Headers that reverse proxies add to forwarded requests. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'] as const

const LOCAL_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i

/** Requests of a local proxy and of a page that uses DNS rebinding also arrive over loopback, so check the headers too. */
const isFromThisMachine = ({ headers, socket }: IncomingMessage) =>
  isListed(LOOPBACK, socket.remoteAddress) &&
  LOCAL_HOST.test(headers.host ?? '') &&
  FORWARDED.every((name) => headers[name] === undefined)

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Whether `request` may read `/metrics`: with `token` if it is set, otherwise from this machine only. */
export const mayReadMetrics = (request: IncomingMessage, token: string | undefined): boolean =>
  token === undefined
    ? isFromThisMachine(request)
    : // Compare digests, because `timingSafeEqual` requires equal lengths.
      timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${token}`))

import type { IncomingMessage } from 'node:http'

/**
 * The path that a request asks for, still percent-encoded and without its query.
 * @returns undefined for `*`, other schemes, and whatever else names no path of this server
 */
export const pathnameOf = ({ url = '' }: IncomingMessage): string | undefined => {
  if (url.startsWith('/')) return url.split('?', 1)[0]
  // A proxy may send the whole address; the host in it says nothing that is trusted.
  return /^https?:/i.test(url) && URL.canParse(url) ? new URL(url).pathname : undefined
}

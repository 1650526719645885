import type { IncomingMessage } from 'node:http'

/**
 * Returns the path of a request, percent-encoded and without query.
 * @returns undefined for `*`, schemes other than HTTP, and invalid URLs
 */
export const pathnameOf = ({ url = '' }: IncomingMessage): string | undefined => {
  if (url.startsWith('/')) return url.split('?', 1)[0]
  // A proxy may send the absolute URL. Its host is not trusted and is ignored.
  return /^https?:/i.test(url) && URL.canParse(url) ? new URL(url).pathname : undefined
}

import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

/** Milliseconds to wait for the client to receive the response. */
const RESPONSE_TIMEOUT = 5_000

/** Answers an upgrade request with an HTTP error and destroys its socket, because a client could keep its half open forever. */
export const refuseUpgrade = (socket: Duplex, status: number, reason: string): void => {
  // The client may have disconnected.
  socket.on('error', () => socket.destroy())
  const timeout = setTimeout(() => socket.destroy(), RESPONSE_TIMEOUT)
  socket.once('close', () => clearTimeout(timeout))
  socket.once('finish', () => socket.destroy())
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Connection: close',
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(reason)}`,
      '',
      reason,
    ].join('\r\n'),
  )
}

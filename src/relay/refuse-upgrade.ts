import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

/** Milliseconds that a client has to receive the refusal. */
const PATIENCE = 5_000

/** Answers an upgrade request with an HTTP error and destroys its socket: a client could keep its half open for ever. */
export const refuseUpgrade = (socket: Duplex, status: number, why: string): void => {
  // A client that has gone needs no answer.
  socket.on('error', () => socket.destroy())
  const late = setTimeout(() => socket.destroy(), PATIENCE)
  socket.once('close', () => clearTimeout(late))
  socket.once('finish', () => socket.destroy())
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Connection: close',
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(why)}`,
      '',
      why,
    ].join('\r\n'),
  )
}

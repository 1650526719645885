import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/**
 * Answers a request as if it had no `Upgrade` header, which a server may ignore (RFC 9110, section 7.8). Node.js hands over the
 * socket of such a request, so the response gets it back here. The connection closes afterwards.
 */
export const answerWithoutUpgrade = (
  request: IncomingMessage,
  socket: Duplex,
  timeout: number,
  respond: (request: IncomingMessage, response: ServerResponse) => void,
): void => {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  // Node.js removes its own listeners from the socket of an upgrade.
  socket.on('error', () => socket.destroy())
  socket.on('drain', () => response.emit('drain'))
  request.socket.setTimeout(timeout, () => socket.destroy())
  response.once('finish', () => socket.end(() => socket.destroy()))
  response.assignSocket(request.socket)
  respond(request, response)
}

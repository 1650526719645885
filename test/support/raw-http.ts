/** For tests: HTTP over plain sockets, so that requests can be malformed, stay half open, or be aborted during a response. */
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { connect, type Socket } from 'node:net'

/** Connects to `port` of this machine. */
export const dial = async (port: number, options: { readonly allowHalfOpen?: boolean } = {}): Promise<Socket> => {
  const socket = connect({ port, host: '127.0.0.1', ...options })
  await once(socket, 'connect')
  // Tests expect resets; a `close` event follows each.
  socket.on('error', () => undefined)
  return socket
}

/** Resolves with everything that the server sends before it closes the connection. */
export const untilClosed = async (socket: Socket): Promise<string> => {
  let text = ''
  socket.setEncoding('latin1').on('data', (part) => {
    text += part
  })
  await once(socket, 'close')
  return text
}

/** Sends `lines` as the head of one request, and returns the response when the server has closed the connection. */
export const exchange = async (port: number, ...lines: string[]): Promise<string> => {
  const socket = await dial(port)
  const answer = untilClosed(socket)
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  return answer
}

/** The status code of a response. */
export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1])

/** Encodes a client WebSocket frame, masked with zeros. @param payload at most 65,535 bytes */
export const clientFrame = (opcode: number, payload: Uint8Array = new Uint8Array(), fin = true): Buffer => {
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 0xff]
  const [first = 0, ...rest] = length
  return Buffer.from([(fin ? 0x80 : 0) | opcode, 0x80 | first, ...rest, 0, 0, 0, 0, ...payload])
}

/** The number of open file descriptors of this process. Linux only. */
export const openDescriptors = (): number => readdirSync('/proc/self/fd').length

import type { ReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { relative, sep } from 'node:path'
import send from 'send'
import { cacheControl } from './headers.ts'

/** Called when no file was sent. @param status 403, 404, 412, 416 or another HTTP error */
export type NotSent = (status: number) => void

const PAGE = '/index.html'

/** Whether `pathname` is a route of the single-page app, not a file: it contains no dot and is not below `/assets`. */
const isPageAddress = (pathname: string): boolean => {
  const decoded = decodeURIComponent(pathname)
  return !decoded.includes('.') && !/^\/assets(\/|$)/.test(decoded)
}

/** Closes `file` with `socket`. A response that is queued behind another one on its socket gets no `close` event. */
const closeWith = (socket: Socket, file: ReadStream): void => {
  if (socket.destroyed) file.destroy()
  const close = () => file.destroy()
  socket.once('close', close)
  file.once('close', () => socket.off('close', close))
}

/**
 * Serves the files of the built app, with range and conditional requests. All routes of the app get `index.html`. The file is
 * closed when the response ends or the socket closes.
 */
export const appFiles = (folder: string) => {
  const sendFile = (request: IncomingMessage, response: ServerResponse, pathname: string, notSent: NotSent): void => {
    send(request, pathname, { root: folder, cacheControl: false, dotfiles: 'ignore' })
      .on('headers', (headed: ServerResponse, file: string) =>
        // Use the path of the file that is sent: `/assets/../index.html` must not be cached as an asset.
        headed.setHeader('Cache-Control', cacheControl(`/${relative(folder, file).split(sep).join('/')}`)),
      )
      .on('stream', (file: ReadStream) => closeWith(request.socket, file))
      .on('directory', () => notSent(404))
      .on('error', (error: { readonly status?: number }) => notSent(error.status ?? 500))
      .pipe(response)
  }

  return (request: IncomingMessage, response: ServerResponse, pathname: string, notSent: NotSent): void =>
    sendFile(request, response, pathname, (status) => {
      if (status === 404 && isPageAddress(pathname)) sendFile(request, response, PAGE, notSent)
      else notSent(status)
    })
}

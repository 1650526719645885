import type { ReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { relative, sep } from 'node:path'
import send from 'send'
import { cacheControl } from './headers.ts'

/** Called when no file was sent. @param status 403, 404, 412, 416 or another HTTP error */
export type NotSent = (status: number) => void

const PAGE = '/index.html'

/** Whether `pathname` is an address of the single-page app: nothing in it looks like a file's name. */
const isPageAddress = (pathname: string): boolean => {
  const decoded = decodeURIComponent(pathname)
  return !decoded.includes('.') && !/^\/assets(\/|$)/.test(decoded)
}

/** Closes `file` when `socket` does. Without it, a response that waits for another one on its socket never learns of the end. */
const closeWith = (socket: Socket, file: ReadStream): void => {
  if (socket.destroyed) file.destroy()
  const close = () => file.destroy()
  socket.once('close', close)
  file.once('close', () => socket.off('close', close))
}

/**
 * Serves the files of the built app, with ranges and conditional requests. Every other address of the app gets its one page.
 * The file is closed when the response ends, whatever ends it.
 */
export const appFiles = (folder: string) => {
  const sendFile = (request: IncomingMessage, response: ServerResponse, pathname: string, notSent: NotSent): void => {
    send(request, pathname, { root: folder, cacheControl: false, dotfiles: 'ignore' })
      .on('headers', (headed: ServerResponse, file: string) =>
        // Of the file that is sent: `/assets/../index.html` is the page.
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

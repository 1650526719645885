import type { CloseReason } from './link.ts'

/** Why a link could not do what was asked. */
export class LinkError extends Error {
  override readonly name = 'LinkError'

  constructor(
    readonly code: 'closed' | 'too-large' | 'signal-garbled' | 'garbled',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

export const isClosed = ({ code, message }: CloseReason) =>
  new LinkError('closed', `This link is closed (${code}): ${message} Open a new one before sending.`)

export const messageTooLarge = (bytes: number, limit: number) =>
  new LinkError('too-large', `A message holds at most ${limit} bytes, got ${bytes}. Send it in parts.`)

export const signalGarbled = (what: string) =>
  new LinkError('signal-garbled', `Not a signal: ${what}. It was altered on the way or comes from something else; ignore it.`)

export const frameGarbled = (what: string) =>
  new LinkError('garbled', `The other side sent a frame that no message has: ${what}.`)

export const announcedTooLarge = (bytes: number, limit: number) =>
  new LinkError('too-large', `The other side announced a message of ${bytes} bytes; at most ${limit} are taken.`)

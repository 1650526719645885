import type { CloseReason } from './link.ts'

/** Thrown by links and the parsers of their messages. */
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
  new LinkError('signal-garbled', `Invalid signal: ${what}. It was altered in transit or is not from this app; ignore it.`)

export const frameGarbled = (what: string) => new LinkError('garbled', `The other side sent an invalid frame: ${what}.`)

export const announcedTooLarge = (bytes: number, limit: number) =>
  new LinkError('too-large', `The other side announced a message of ${bytes} bytes; the limit is ${limit}.`)

/** An error of discovery. The interface shows a sentence for each `code`. */
export class DiscoveryError extends Error {
  override readonly name = 'DiscoveryError'

  constructor(
    readonly code: 'unreachable' | 'refused' | 'too-large' | 'left',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

export const tooLarge = (bytes: number, limit: number) =>
  new DiscoveryError(
    'too-large',
    `A discovery message holds at most ${limit} bytes, got ${bytes}. Send an offer without media sections.`,
  )

export const hasLeft = () => new DiscoveryError('left', 'This topic was left. Join it again before publishing.')

export const unreachable = (name: string) =>
  new DiscoveryError('unreachable', `${name} does not answer. Retrying automatically; check whether this device is online.`)

export const refused = (name: string, why: string) => new DiscoveryError('refused', `${name} refused: ${why}.`)

/** Thrown for a scanned, pasted or typed code that cannot be used. */
export class CodeError extends Error {
  override readonly name = 'CodeError'

  constructor(
    readonly code: 'code-garbled' | 'code-newer' | 'code-expired',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

export const codeGarbled = (what: string, options?: ErrorOptions) =>
  new CodeError('code-garbled', `This is not a whole pairing code: ${what}. Scan it again, or paste all of its text.`, options)

export const codeNewer = (version: number, known: number) =>
  new CodeError(
    'code-newer',
    `This code has version ${version}; this app supports version ${known}. Update the app on this device.`,
  )

export const codeExpired = (seconds: number) =>
  new CodeError('code-expired', `This code expired ${seconds} seconds ago. Show a new one on the other device.`)

/** Thrown for a rejected signaling message. Anyone who can publish on a topic can cause it, so it is counted but never shown. */
export class SealedError extends Error {
  override readonly name = 'SealedError'

  constructor(
    readonly code: 'not-sealed' | 'replayed' | 'own' | 'too-large',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

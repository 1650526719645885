import type { Cbor } from '../bytes/cbor.ts'

/** A connection as two devices use it to settle who they are: whole messages, in order. The engine joins it to a link. */
export interface ControlChannel {
  send(message: Cbor): Promise<void>
  /** The next message, decoded. @throws when the connection ends before one comes */
  receive(): Promise<unknown>
  /** SHA-256 of both certificates as this connection uses them, 32 bytes each. */
  readonly ownFingerprint: Uint8Array
  readonly remoteFingerprint: Uint8Array
}

/** The bytes in a list of a message, of the lengths that are expected; undefined when it is anything else. */
export const bytesIn = (message: unknown, ...lengths: readonly (number | undefined)[]): Uint8Array[] | undefined =>
  Array.isArray(message) &&
  message.length === lengths.length &&
  message.every((each, index) => each instanceof Uint8Array && (lengths[index] === undefined || each.length === lengths[index]))
    ? message
    : undefined

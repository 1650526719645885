import type { Cbor } from '../bytes/cbor.ts'

/** Whole messages in order, over which two devices authenticate each other. The engine implements it over a link. */
export interface ControlChannel {
  send(message: Cbor): Promise<void>
  /** The next message, decoded. @throws when the connection ends first */
  receive(): Promise<unknown>
  /** SHA-256 of both certificates as this connection uses them, 32 bytes each. */
  readonly ownFingerprint: Uint8Array
  readonly remoteFingerprint: Uint8Array
}

/** The byte strings of a message, if it is a list of these lengths. */
export const bytesIn = (message: unknown, ...lengths: readonly (number | undefined)[]): Uint8Array[] | undefined =>
  Array.isArray(message) &&
  message.length === lengths.length &&
  message.every((each, index) => each instanceof Uint8Array && (lengths[index] === undefined || each.length === lengths[index]))
    ? message
    : undefined

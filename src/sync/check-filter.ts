import { Reader } from './chunks/reader.ts'
import { GateError } from './errors.ts'

/** All versions of Automerge use these parameters, but each filter encodes them. */
const BITS_PER_ENTRY = 10
const PROBES = 7

/**
 * Validates the Bloom filter of a peer's changes before Automerge uses it. A filter of 12 bytes can demand four billion probes for
 * every change, and one with entries but no bits makes Automerge panic.
 * @param filter empty when the peer has no changes
 * @throws {GateError} `garbled`
 */
export const checkFilter = (filter: Uint8Array): void => {
  if (filter.length === 0) return
  const read = new Reader(filter)
  const entries = read.uint()
  const bits = read.uint()
  const probes = read.uint()
  if (bits !== BITS_PER_ENTRY || probes !== PROBES || entries === 0 || read.left !== Math.ceil((entries * bits) / 8)) {
    throw new GateError(
      'garbled',
      `A sync message has a filter of ${entries} entries of ${bits} bits, ${probes} probes and ${read.left} bytes; Automerge writes ${BITS_PER_ENTRY} bits and ${PROBES} probes.`,
    )
  }
}

import { Reader } from './chunks/reader.ts'
import { GateError } from './errors.ts'

/** How every Automerge writes the Bloom filter of a sync message; the filter names both numbers all the same. */
const BITS_AN_ENTRY = 10
const PROBES = 7

/**
 * Looks at what a neighbour says it has, before Automerge does: a filter of twelve bytes may ask for four billion probes of every
 * change, and one with entries and no bits ends in a panic.
 * @param filter empty when it holds nothing
 * @throws {GateError} `garbled`
 */
export const checkFilter = (filter: Uint8Array): void => {
  if (filter.length === 0) return
  const read = new Reader(filter)
  const entries = read.uint()
  const bits = read.uint()
  const probes = read.uint()
  if (bits !== BITS_AN_ENTRY || probes !== PROBES || entries === 0 || read.left !== Math.ceil((entries * bits) / 8)) {
    throw new GateError(
      'garbled',
      `A sync message came with a filter of ${entries} entries of ${bits} bits, ${probes} probes and ${read.left} bytes; Automerge writes ${BITS_AN_ENTRY} bits and ${PROBES} probes.`,
    )
  }
}

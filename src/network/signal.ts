import { signalGarbled } from './errors.ts'
import type { Candidate, Signal } from './link.ts'

/** Characters. A description with thirty candidates has about 4,000. */
const SDP_LIMIT = 16_000
/** Characters. */
const TEXT_LIMIT = 512
const CANDIDATES_LIMIT = 64

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const text = (from: Record<string, unknown>, name: string, limit: number): string => {
  const value = from[name]
  if (typeof value !== 'string') throw signalGarbled(`${name} is a ${typeof value} where a string was expected`)
  if (value.length > limit) throw signalGarbled(`${name} has ${value.length} characters, at most ${limit} are taken`)
  return value
}

const candidate = (value: unknown): Candidate => {
  if (!isObject(value)) throw signalGarbled('a candidate is no object')
  return {
    candidate: text(value, 'candidate', TEXT_LIMIT),
    mid: text(value, 'mid', TEXT_LIMIT),
    ufrag: text(value, 'ufrag', TEXT_LIMIT),
  }
}

/**
 * A signal out of what arrived from somewhere untrusted, with nothing else in it.
 * @throws {LinkError} `signal-garbled`
 */
export const parseSignal = (value: unknown): Signal => {
  if (!isObject(value)) throw signalGarbled('it is no object')
  switch (value.kind) {
    case 'offer':
      return { kind: 'offer', id: text(value, 'id', TEXT_LIMIT), sdp: text(value, 'sdp', SDP_LIMIT) }
    case 'answer':
      return { kind: 'answer', to: text(value, 'to', TEXT_LIMIT), sdp: text(value, 'sdp', SDP_LIMIT) }
    case 'candidates': {
      if (!Array.isArray(value.candidates)) throw signalGarbled('its candidates are no array')
      if (value.candidates.length > CANDIDATES_LIMIT) throw signalGarbled(`it has ${value.candidates.length} candidates`)
      return { kind: 'candidates', candidates: value.candidates.map(candidate) }
    }
    default:
      throw signalGarbled('its kind is unknown')
  }
}

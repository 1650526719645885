import { signalGarbled } from './errors.ts'
import type { Candidate, Signal } from './link.ts'

/** Maximum characters of a session description. One with 30 candidates has about 4,000. */
const SDP_LIMIT = 16_000
/** Maximum characters of any other text. */
const TEXT_LIMIT = 512
const CANDIDATES_LIMIT = 64

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const text = (from: Record<string, unknown>, name: string, limit: number): string => {
  const value = from[name]
  if (typeof value !== 'string') throw signalGarbled(`${name} must be a string, got ${typeof value}`)
  if (value.length > limit) throw signalGarbled(`${name} has ${value.length} characters; the limit is ${limit}`)
  return value
}

const candidate = (value: unknown): Candidate => {
  if (!isObject(value)) throw signalGarbled('a candidate is not an object')
  return {
    candidate: text(value, 'candidate', TEXT_LIMIT),
    mid: text(value, 'mid', TEXT_LIMIT),
    ufrag: text(value, 'ufrag', TEXT_LIMIT),
  }
}

/**
 * Validates an untrusted signal and returns a copy without unknown properties.
 * @throws {LinkError} `signal-garbled`
 */
export const parseSignal = (value: unknown): Signal => {
  if (!isObject(value)) throw signalGarbled('it is not an object')
  switch (value.kind) {
    case 'offer':
      return { kind: 'offer', id: text(value, 'id', TEXT_LIMIT), sdp: text(value, 'sdp', SDP_LIMIT) }
    case 'answer':
      return { kind: 'answer', to: text(value, 'to', TEXT_LIMIT), sdp: text(value, 'sdp', SDP_LIMIT) }
    case 'candidates': {
      if (!Array.isArray(value.candidates)) throw signalGarbled('`candidates` is not an array')
      if (value.candidates.length > CANDIDATES_LIMIT)
        throw signalGarbled(`it has ${value.candidates.length} candidates; the limit is ${CANDIDATES_LIMIT}`)
      return { kind: 'candidates', candidates: value.candidates.map(candidate) }
    }
    default:
      throw signalGarbled('its kind is unknown')
  }
}

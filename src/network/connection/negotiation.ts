/**
 * Perfect negotiation (WebRTC 1.0, section 10.7): either side may offer at any time; if offers collide, the polite side rolls back
 * its own. All steps run in one queue, so that they never interleave.
 */
import type { Candidate, CloseCode, Signal } from '../link.ts'
import { fingerprintOf, sameFingerprint } from './description.ts'

/** Milliseconds to wait for candidates before a description is emitted, so that most connections need one signal per side. */
const GATHER_TRICKLED = 300
/** Maximum milliseconds to gather all candidates for a code that is shown. A STUN server may never answer. */
const GATHER_COMPLETE = 3_000
/** Milliseconds until an unanswered offer is repeated, because signals can get lost. Doubles each time. */
const FIRST_REPEAT = 4_000
const REPEATS = 4
/** Maximum number of candidates that are kept until their description arrives. */
const EARLY_CANDIDATES = 64

export interface NegotiationOptions {
  readonly polite: boolean
  readonly begin: boolean
  readonly trickle: boolean
  readonly signal: (signal: Signal) => void
  readonly fingerprint: (whose: 'own' | 'remote', fingerprint: Uint8Array) => void
  readonly failed: (code: CloseCode, message: string) => void
}

export interface Negotiation {
  take(signal: Signal): void
  /** Makes an offer with fresh ICE credentials. */
  restart(): void
  stop(): void
}

const randomId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('')

export const negotiate = (connection: RTCPeerConnection, options: NegotiationOptions): Negotiation => {
  const { polite, trickle } = options
  let stopped = false
  let begun = options.begin
  let queue: Promise<void> = Promise.resolve()
  /** Id of the current offer. Answers to an older offer are ignored. */
  let offered: string | undefined
  let ignoring = false
  let answered: Extract<Signal, { kind: 'answer' }> | undefined
  let own: Uint8Array | undefined
  let remote: Uint8Array | undefined
  let late: Candidate[] = []
  let early: Candidate[] = []
  let flushing: ReturnType<typeof setTimeout> | undefined
  let repeating: ReturnType<typeof setTimeout> | undefined

  const enqueue = (step: () => Promise<void>) => {
    queue = queue.then(async () => {
      if (stopped) return
      try {
        await step()
      } catch (error) {
        if (!stopped) options.failed('failed', error instanceof Error ? error.message : String(error))
      }
    })
  }

  const gathered = () =>
    new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        connection.removeEventListener('icegatheringstatechange', check)
        resolve()
      }
      const check = () => {
        if (connection.iceGatheringState === 'complete') done()
      }
      const timer = setTimeout(done, trickle ? GATHER_TRICKLED : GATHER_COMPLETE)
      connection.addEventListener('icegatheringstatechange', check)
      check()
    })

  /** The current local description, after gathering its candidates. */
  const localDescription = async () => {
    await gathered()
    const sdp = connection.localDescription?.sdp ?? ''
    late = []
    const fingerprint = fingerprintOf(sdp)
    if (!fingerprint) throw new Error('The browser created a session description without a SHA-256 fingerprint.')
    if (!own) {
      own = fingerprint
      options.fingerprint('own', fingerprint)
    }
    return sdp
  }

  const repeat = (signal: Signal, after: number, times: number) => {
    clearTimeout(repeating)
    if (!trickle || times === 0) return
    repeating = setTimeout(() => {
      if (stopped || connection.signalingState !== 'have-local-offer') return
      options.signal(signal)
      repeat(signal, after * 2, times - 1)
    }, after)
  }

  const offer = async (iceRestart: boolean) => {
    if (connection.signalingState !== 'stable') {
      if (!iceRestart || connection.signalingState !== 'have-local-offer') return
      // The last offer was not answered. Roll it back, because a restart would otherwise wait for its answer forever.
      await connection.setLocalDescription({ type: 'rollback' })
    }
    offered = randomId()
    await connection.setLocalDescription(await connection.createOffer({ iceRestart }))
    const sdp = await localDescription()
    if (stopped) return
    const signal: Signal = { kind: 'offer', id: offered, sdp }
    options.signal(signal)
    repeat(signal, FIRST_REPEAT, REPEATS)
  }

  /** Pins the certificate of the other side. Returns false if a description has a different one, or none that can be checked. */
  const pin = (sdp: string) => {
    const fingerprint = fingerprintOf(sdp)
    if (!fingerprint) {
      options.failed(
        'garbled',
        'The other side sent a session description without exactly one data section and one certificate fingerprint.',
      )
      return false
    }
    if (remote && !sameFingerprint(remote, fingerprint)) {
      options.failed('impersonated', 'The other side sent a session description with a different certificate than before.')
      return false
    }
    if (!remote) {
      remote = fingerprint
      options.fingerprint('remote', fingerprint)
    }
    return true
  }

  const applyRemote = async (description: RTCSessionDescriptionInit) => {
    try {
      await connection.setRemoteDescription(description)
    } catch (error) {
      options.failed(
        'garbled',
        `The other side's ${description.type} was rejected: ${error instanceof Error ? error.message : error}`,
      )
      return false
    }
    const waiting = early
    early = []
    for (const candidate of waiting) await addCandidate(candidate)
    return true
  }

  const takeOffer = async ({ id, sdp }: Extract<Signal, { kind: 'offer' }>) => {
    begun = true
    if (answered?.to === id) {
      options.signal(answered)
      return
    }
    const collision = connection.signalingState !== 'stable'
    ignoring = collision && !polite
    if (ignoring || !pin(sdp)) return
    if (collision) await connection.setLocalDescription({ type: 'rollback' })
    offered = undefined
    clearTimeout(repeating)
    if (!(await applyRemote({ type: 'offer', sdp }))) return
    await connection.setLocalDescription(await connection.createAnswer())
    answered = { kind: 'answer', to: id, sdp: await localDescription() }
    if (!stopped) options.signal(answered)
  }

  const takeAnswer = async ({ to, sdp }: Extract<Signal, { kind: 'answer' }>) => {
    // The answer belongs to an offer that was rolled back, or is a duplicate.
    if (to !== offered || connection.signalingState !== 'have-local-offer') return
    if (!pin(sdp)) return
    offered = undefined
    clearTimeout(repeating)
    await applyRemote({ type: 'answer', sdp })
  }

  const addCandidate = async ({ candidate, mid, ufrag }: Candidate) => {
    try {
      await connection.addIceCandidate({ candidate, sdpMid: mid, ...(ufrag && { usernameFragment: ufrag }) })
    } catch (error) {
      // Candidates of a replaced description or an ignored offer fail and can be ignored.
      if (!(error instanceof Error)) throw error
    }
  }

  const takeCandidates = async (candidates: readonly Candidate[]) => {
    if (ignoring) return
    if (!connection.remoteDescription) {
      early = [...early, ...candidates].slice(0, EARLY_CANDIDATES)
      return
    }
    for (const candidate of candidates) await addCandidate(candidate)
  }

  const flush = () => {
    flushing = undefined
    const candidates = late
    late = []
    if (!stopped && candidates.length > 0) options.signal({ kind: 'candidates', candidates })
  }

  connection.onicecandidate = ({ candidate }) => {
    if (!trickle || !candidate?.candidate) return
    late.push({ candidate: candidate.candidate, mid: candidate.sdpMid ?? '0', ufrag: candidate.usernameFragment ?? '' })
    flushing ??= setTimeout(flush, GATHER_TRICKLED)
  }
  connection.onnegotiationneeded = () => {
    if (begun && !connection.remoteDescription) enqueue(() => offer(false))
  }

  return {
    take(signal) {
      if (signal.kind === 'offer') enqueue(() => takeOffer(signal))
      else if (signal.kind === 'answer') enqueue(() => takeAnswer(signal))
      else enqueue(() => takeCandidates(signal.candidates))
    },
    restart() {
      begun = true
      enqueue(() => offer(true))
    },
    stop() {
      stopped = true
      clearTimeout(flushing)
      clearTimeout(repeating)
      connection.onicecandidate = null
      connection.onnegotiationneeded = null
    },
  }
}

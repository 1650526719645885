import { encodeAnswer, openAnswer } from '../../discovery/codes/by-hand.ts'
import { type AnswerCode, encodeCode, type OwnDeviceCode } from '../../discovery/codes/code.ts'
import { packDescription, unpackDescription } from '../../discovery/codes/packed-description.ts'
import type { Link } from '../../network/adapter/link.ts'
import type { LinkOptions } from '../../network/link.ts'
import { EngineFailure } from '../api/failure.ts'
import { type Attempt, CODE_LIFETIME } from './attempt.ts'
import { checkCertificate } from './pair-devices.ts'
import { homeHint, type PairingDeps, showCode } from './show-code.ts'

/** Milliseconds that a connection may take, including both scans and the walk between the devices. */
const CONNECT_WITHIN = 2 * CODE_LIFETIME + 30_000

const linkOptions = ({ settings }: PairingDeps): Omit<LinkOptions, 'polite'> => ({
  trickle: false,
  connectWithin: CONNECT_WITHIN,
  iceServers: settings.iceServers,
})

/** Shows a code that contains a WebRTC offer; the other device shows its answer as a second code. */
export const showCodeForTwoScans = (attempt: Attempt, deps: PairingDeps): void => {
  const link = deps.host.open({ polite: false, ...linkOptions(deps) })
  link.onSignal((signal) => {
    if (signal.kind !== 'offer' || attempt.hasEnded || attempt.offer !== undefined) return
    attempt.offer = signal.id
    const expires = Date.now() + CODE_LIFETIME
    const text = encodeCode({
      kind: 'own-device',
      secret: attempt.secret,
      expires,
      home: homeHint(deps.opened().profile),
      fingerprint: link.ownFingerprint ?? new Uint8Array(32),
      relays: [],
      offer: packDescription({ type: 'offer', sdp: signal.sdp }),
    })
    showCode(attempt, deps.settings, { step: 'offer', manual: true, text, expires })
  })
  connect(attempt, link, () => undefined, deps)
}

/** Answers a scanned code that contains an offer with a code to scan in return. */
export const answerWithCode = (attempt: Attempt, code: OwnDeviceCode, offer: Uint8Array, deps: PairingDeps): void => {
  const link = deps.host.open({ polite: true, begin: false, ...linkOptions(deps) })
  link.onSignal((signal) => {
    if (signal.kind !== 'answer' || attempt.hasEnded) return
    const expires = Date.now() + CODE_LIFETIME
    encodeAnswer(code.secret, { type: 'answer', sdp: signal.sdp }, expires)
      .then((text) => showCode(attempt, deps.settings, { step: 'answer', manual: true, text, expires }))
      .catch((error: unknown) => attempt.fail(error))
  })
  link.signal({ kind: 'offer', id: 'by-hand', sdp: unpackDescription(offer).sdp })
  connect(attempt, link, checkCertificate(code), deps)
}

/** Takes the second code. @throws {EngineFailure | CodeError} when it does not answer the code shown here */
export const enterAnswer = async (attempt: Attempt | undefined, code: AnswerCode): Promise<void> => {
  if (!attempt?.link || attempt.offer === undefined)
    throw new EngineFailure('code-used', 'This code answers another code, but this device shows none. Start again.')
  attempt.link.signal({ kind: 'answer', to: attempt.offer, sdp: (await openAnswer(attempt.secret, code)).sdp })
}

const connect = (attempt: Attempt, link: Link, check: (link: Link) => void, { pairOver }: PairingDeps): void => {
  attempt.link = link
  link
    .opened()
    .then(async () => {
      if (attempt.hasEnded) return link.close()
      check(link)
      attempt.show({ kind: 'connecting' })
      await pairOver(attempt, link)
    })
    .catch((error: unknown) => attempt.fail(error))
}

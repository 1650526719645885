import { randomBytes, toHex } from '../../bytes/encoding.ts'
import { encodeCode, type OwnDeviceCode } from '../../discovery/codes/code.ts'
import type { Discovery } from '../../discovery/discovery.ts'
import { isReachable } from '../../discovery/relay/is-reachable.ts'
import { rendezvous } from '../../discovery/rendezvous.ts'
import { pairingTopic } from '../../discovery/topics.ts'
import type { Link } from '../../network/adapter/link.ts'
import { EngineFailure } from '../api/failure.ts'
import { openControlChannel } from '../peers/link/control-channel.ts'
import { type Attempt, CODE_LIFETIME } from './attempt.ts'
import { checkCertificate, PairingFailure } from './pair-devices.ts'
import { homeHint, type PairingDeps, showCode } from './show-code.ts'

/** Milliseconds after which a relay that does not answer is reported. */
const REACH_WITHIN = 5_000

/** Shows a code for one scan, and waits for the other device at the relay. @throws {EngineFailure} `relay-unreachable` */
export const showCodeByRelay = async (attempt: Attempt, deps: PairingDeps): Promise<void> => {
  const { host, sync, settings } = deps
  if (!sync.discovery || settings.relay === undefined)
    throw new EngineFailure('relay-unreachable', 'This app was opened without a relay. Pair with two scans instead.')
  const identity = newIdentity()
  const fingerprint = await host.fingerprint(identity)
  if (!fingerprint) throw new EngineFailure('unknown', 'No certificate could be made for the code.')
  const expires = Date.now() + CODE_LIFETIME
  const text = encodeCode({
    kind: 'own-device',
    secret: attempt.secret,
    expires,
    home: homeHint(deps.opened().profile),
    fingerprint,
    relays: [settings.relay],
  })
  await meet(attempt, sync.discovery, identity, () => undefined, deps)
  showCode(attempt, settings, { step: 'offer', manual: false, text, expires })
}

/** Meets the device that showed the code at the relay that the code names. @throws {EngineFailure} `relay-unreachable` */
export const enterCodeByRelay = async (attempt: Attempt, code: OwnDeviceCode, deps: PairingDeps): Promise<void> => {
  const { sync, settings } = deps
  const [relay] = code.relays
  if (relay === undefined) throw new EngineFailure('relay-unreachable', 'The code names no relay to meet at.')
  attempt.expireAt(code.expires)
  const shared = relay === settings.relay ? sync.discovery : undefined
  const discovery = shared ?? sync.discover(relay)
  if (!shared) attempt.uses(undefined, discovery)
  await meet(attempt, discovery, newIdentity(), checkCertificate(code), deps)
}

/** A certificate for one attempt, so that nobody recognises the device. */
const newIdentity = (): string => `pair-${toHex(randomBytes(8))}`

/** @param check throws when the link's certificate is not the expected one */
const meet = async (
  attempt: Attempt,
  discovery: Discovery,
  identity: string,
  check: (link: Link) => void,
  deps: PairingDeps,
): Promise<void> => {
  const meeting = await rendezvous({
    discoveries: [discovery],
    subscriptions: [
      {
        topic: await pairingTopic(attempt.secret),
        day: 0,
        epoch: 0,
        secret: attempt.secret,
        label: 'tessera/pair/signal/1',
        speak: true,
      },
    ],
    open: (_, polite) => openLink(attempt, polite, identity, check, deps),
    failed: (error) => attempt.fail(error),
  })
  attempt.uses(meeting, undefined)
  if (attempt.hasEnded) return
  if (!(await isReachable(discovery, REACH_WITHIN)))
    throw new EngineFailure(
      'relay-unreachable',
      `The relay ${discovery.name} does not answer. Try another network, or pair with two scans.`,
    )
}

const openLink = (
  attempt: Attempt,
  polite: boolean,
  identity: string,
  check: (link: Link) => void,
  { host, settings, pairOver }: PairingDeps,
): Link => {
  const link = host.open({ polite, begin: !polite, identity, iceServers: settings.iceServers })
  link
    .opened()
    .then(async () => {
      if (attempt.hasEnded || attempt.link) return refuseUsed(link)
      check(link)
      attempt.show({ kind: 'connecting' })
      await pairOver(attempt, link)
    })
    .catch((error: unknown) => {
      // Several links may be tried; only errors of the one in use end the attempt.
      if (attempt.link === link || error instanceof PairingFailure) attempt.fail(error)
    })
  return link
}

/** Answers a device that connects with a code that another device has used. */
const refuseUsed = async (link: Link): Promise<void> => {
  const channel = await openControlChannel(link)
  await channel.send(['used'])
  link.close('left', 'This code was used by another device.')
}

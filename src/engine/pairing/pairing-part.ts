import { equalBytes, hexBytes, randomBytes, toHex } from '../../bytes/encoding.ts'
import { encodeAnswer, openAnswer } from '../../discovery/codes/by-hand.ts'
import { type Code, codeLink, encodeCode, type OwnDeviceCode, parseCode } from '../../discovery/codes/code.ts'
import { packDescription, packedFingerprint, unpackDescription } from '../../discovery/codes/packed-description.ts'
import type { Discovery } from '../../discovery/discovery.ts'
import { isReachable } from '../../discovery/relay/is-reachable.ts'
import { type Rendezvous, rendezvous } from '../../discovery/rendezvous.ts'
import { pairingTopic } from '../../discovery/topics.ts'
import type { ConnectionHost } from '../../network/adapter/host.ts'
import type { Link } from '../../network/adapter/link.ts'
import type { Pairing, PairingCode } from '../api/engine.ts'
import { EngineFailure, messageOf } from '../api/failure.ts'
import { subscribable } from '../api/subscribable.ts'
import type { EngineSettings } from '../api/worker-messages.ts'
import { openControlChannel } from '../peers/link/control-channel.ts'
import type { SyncPart } from '../peers/sync-part.ts'
import type { ProfileSession } from '../profile/profile-session.ts'
import { whileOpen } from '../profile/while-open.ts'
import type { EngineModule } from '../workers/documents.ts'
import { type Answer, awaitAnswer } from './answer.ts'
import { checkCertificate, type PairedWith, PairingFailure, pairAsInitiator, pairAsJoiner } from './pairing.ts'

/** Milliseconds that a code, or an answer, is good for. */
const CODE_LASTS = 2 * 60_000
/** Milliseconds that a connection by hand may take, both codes and the walk between two devices included. */
const BY_HAND_LASTS = 2 * CODE_LASTS + 30_000

/** Milliseconds until a relay that does not answer is told of, with the way round it: two scans. */
const REACH_WITHIN = 5_000

/** One try at pairing; whatever ends it, ends all of it. */
interface Try {
  readonly controller: AbortController
  readonly initiator: boolean
  readonly secret: Uint8Array
  link: Link | undefined
  meeting: Rendezvous | undefined
  discovery: Discovery | undefined
  /** The id of the offer that an answer by hand is for. */
  offer: string | undefined
  /** Told whether the words match. */
  readonly answer: Answer
  /** The person here has said so. */
  matched: boolean
  timer: ReturnType<typeof setTimeout> | undefined
}

/** Adds an own device: a code, four words, and then home. */
export const pairingPart = (host: ConnectionHost, sync: SyncPart, settings: EngineSettings): EngineModule => {
  const state = subscribable<Pairing>({ kind: 'idle' })
  const { opened, follow } = whileOpen()
  let current: Try | undefined

  const begin = (initiator: boolean, secret: Uint8Array): Try => {
    end()
    const attempt: Try = {
      controller: new AbortController(),
      initiator,
      secret,
      link: undefined,
      meeting: undefined,
      discovery: undefined,
      offer: undefined,
      answer: awaitAnswer(),
      matched: false,
      timer: undefined,
    }
    current = attempt
    return attempt
  }

  /** Lets go of everything that a try holds but the link of one that succeeded. */
  const release = (attempt: Try) => {
    clearTimeout(attempt.timer)
    attempt.meeting?.end()
    if (attempt.discovery !== sync.discovery) attempt.discovery?.close()
  }

  const end = () => {
    const attempt = current
    current = undefined
    if (!attempt) return
    release(attempt)
    attempt.controller.abort()
    attempt.link?.close()
  }

  const fail = (attempt: Try, code: PairingCode, message: string) => {
    if (current !== attempt) return
    end()
    state.set({ kind: 'failed', code, message })
  }

  const failWith = (attempt: Try, error: unknown) => {
    if (error instanceof PairingFailure) return fail(attempt, error.code, error.message)
    const message = messageOf(error)
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'closed') return fail(attempt, 'unreachable', message)
    if (code === 'unreachable') return fail(attempt, 'relay-unreachable', message)
    fail(attempt, 'refused', message)
  }

  const expire = (attempt: Try, at: number) => {
    clearTimeout(attempt.timer)
    attempt.timer = setTimeout(
      () => {
        if (state.value.kind === 'code' || state.value.kind === 'connecting')
          fail(attempt, 'code-expired', 'The code was not used within two minutes.')
      },
      Math.min(CODE_LASTS, at - Date.now()),
    )
  }

  /** From an open link on: words, and then home over it. */
  const pairOver = async (attempt: Try, link: Link): Promise<void> => {
    const { profile, core } = opened()
    attempt.link = link
    const channel = await openControlChannel(link)
    if (current !== attempt) return link.close()
    const present = profile.homeState.value.devices.find(({ device }) => device === profile.device)
    const side = {
      profile,
      core,
      channel,
      secret: attempt.secret,
      name: present?.name ?? '',
      answer: attempt.answer.promise,
    }
    const showWords = ({ words, other }: PairedWith) => {
      const word = { kind: 'words', words, other } as const
      clearTimeout(attempt.timer)
      state.set({ ...word, answered: false })
      attempt.timer = setTimeout(
        () => fail(attempt, 'cancelled', 'The words were not compared on both devices within two minutes.'),
        CODE_LASTS,
      )
      void attempt.answer.promise.then((match) => {
        if (current === attempt && match && state.value.kind === 'words') state.set({ ...word, answered: true })
      })
    }
    const other = attempt.initiator ? await pairAsInitiator(side, showWords) : await pairAsJoiner(side, showWords)
    if (current !== attempt) return link.close()
    release(attempt)
    current = undefined
    sync.runHome(link, attempt.initiator, channel)
    if (attempt.initiator) state.set({ kind: 'done', other, complete: false })
    else followArrival(other)
  }

  /** Until every space that home lists is here. */
  const followArrival = (other: string) => {
    const { profile } = opened()
    const stop = profile.spaces.watch((spaces) => {
      const listed = spaces.filter(({ deleted }) => !deleted)
      const here = listed.filter(({ arriving }) => !arriving)
      if (!profile.home.arrived || here.length < listed.length)
        return state.set({ kind: 'receiving', other, spaces: here.length, of: listed.length })
      state.set({ kind: 'done', other, complete: true })
      queueMicrotask(() => stop())
    })
  }

  const open = (attempt: Try, polite: boolean, identity: string, check: (link: Link) => void): Link => {
    const link = host.open({ polite, begin: !polite, identity, iceServers: settings.iceServers })
    link
      .opened()
      .then(async () => {
        if (current !== attempt || attempt.link) return refuseUsed(link)
        check(link)
        state.set({ kind: 'connecting' })
        await pairOver(attempt, link)
      })
      .catch((error: unknown) => {
        // Of several that were tried only the one that is used counts.
        if (attempt.link === link || error instanceof PairingFailure) failWith(attempt, error)
      })
    return link
  }

  /** Somebody came with a code that another device has used. */
  const refuseUsed = async (link: Link): Promise<void> => {
    const channel = await openControlChannel(link)
    await channel.send(['used'])
    link.close('left', 'This code was used by another device.')
  }

  const meetOver = async (attempt: Try, discovery: Discovery, identity: string, check: (link: Link) => void): Promise<void> => {
    attempt.discovery = discovery
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
      open: (_, polite) => open(attempt, polite, identity, check),
      failed: (error) => failWith(attempt, error),
    })
    if (current !== attempt) return meeting.end()
    attempt.meeting = meeting
    if (!(await isReachable(discovery, REACH_WITHIN))) {
      throw new EngineFailure(
        'relay-unreachable',
        `The relay ${discovery.name} does not answer. Look for another network, or pair with two scans.`,
      )
    }
  }

  /** A try that could not even begin is over, and says so to whoever began it. */
  const orEnd = async (attempt: Try, begun: Promise<void>): Promise<void> => {
    try {
      await begun
    } catch (error) {
      if (current === attempt) {
        end()
        state.set({ kind: 'idle' })
      }
      throw error
    }
  }

  /** @throws {EngineFailure | CodeError} when the code cannot be used here */
  const readCode = (text: string, profile: ProfileSession): Code => {
    const code = parseCode(text, { now: Date.now(), fingerprintOf: packedFingerprint })
    if (code.kind === 'own-device' && equalBytes(code.home, homeHint(profile)))
      throw new EngineFailure('code-used', 'This code is for other devices: this one belongs to it already.')
    return code
  }

  const byHand = { trickle: false, connectWithin: BY_HAND_LASTS, iceServers: settings.iceServers } as const
  const runByHand = (attempt: Try, link: Link, check: (link: Link) => void) => {
    attempt.link = link
    link
      .opened()
      .then(() => {
        if (current !== attempt) return link.close()
        check(link)
        state.set({ kind: 'connecting' })
        return pairOver(attempt, link)
      })
      .catch((error: unknown) => failWith(attempt, error))
  }

  const homeHint = ({ home }: ProfileSession) => hexBytes(home.root).slice(0, 8)
  const anyCertificate = () => undefined

  const showByHand = (attempt: Try, profile: ProfileSession) => {
    const link = host.open({ polite: false, ...byHand })
    link.onSignal((signal) => {
      if (signal.kind !== 'offer' || current !== attempt || attempt.offer !== undefined) return
      attempt.offer = signal.id
      const expires = Date.now() + CODE_LASTS
      const offer = packDescription({ type: 'offer', sdp: signal.sdp })
      const fingerprint = link.ownFingerprint ?? new Uint8Array(32)
      showText(
        attempt,
        'offer',
        encodeCode({
          kind: 'own-device',
          secret: attempt.secret,
          expires,
          home: homeHint(profile),
          fingerprint,
          relays: [],
          offer,
        }),
        expires,
      )
    })
    runByHand(attempt, link, anyCertificate)
  }

  const answerByHand = (attempt: Try, code: OwnDeviceCode, offer: Uint8Array) => {
    const link = host.open({ polite: true, begin: false, ...byHand })
    link.onSignal((signal) => {
      if (signal.kind !== 'answer' || current !== attempt) return
      const expires = Date.now() + CODE_LASTS
      encodeAnswer(code.secret, { type: 'answer', sdp: signal.sdp }, expires)
        .then((text) => showText(attempt, 'answer', text, expires))
        .catch((error: unknown) => failWith(attempt, error))
    })
    link.signal({ kind: 'offer', id: 'by-hand', sdp: unpackDescription(offer).sdp })
    runByHand(attempt, link, checkCertificate(code))
  }

  const showText = (attempt: Try, step: 'offer' | 'answer', text: string, expires: number, manual = true) => {
    if (current !== attempt) return
    const { publicUrl } = settings
    // An answer goes back to a device that is in the app already; a link is for a phone's own camera.
    const link = publicUrl !== undefined && step === 'offer' ? codeLink(publicUrl, text) : undefined
    expire(attempt, expires)
    state.set({ kind: 'code', step, manual, text, link, expires })
  }

  return {
    calls: {
      async showCode({ manual }) {
        const { profile } = opened()
        const attempt = begin(true, randomBytes(16))
        if (manual) return showByHand(attempt, profile)
        if (!sync.discovery || settings.relay === undefined) {
          throw new EngineFailure('relay-unreachable', 'This app was opened without a relay. Pair with two scans instead.')
        }
        const identity = `pair-${toHex(randomBytes(8))}`
        const fingerprint = await host.fingerprint(identity)
        if (!fingerprint) throw new EngineFailure('unknown', 'No certificate could be made for the code.')
        const expires = Date.now() + CODE_LASTS
        const text = encodeCode({
          kind: 'own-device',
          secret: attempt.secret,
          expires,
          home: homeHint(profile),
          fingerprint,
          relays: [settings.relay],
        })
        await orEnd(attempt, meetOver(attempt, sync.discovery, identity, anyCertificate))
        showText(attempt, 'offer', text, expires, false)
      },
      async inspectCode({ text }) {
        const code = readCode(text, opened().profile)
        if (code.kind === 'answer') return { foreignRelay: undefined }
        const [relay] = code.relays
        return { foreignRelay: relay === undefined || relay === settings.relay ? undefined : new URL(relay).host }
      },
      async enterCode({ text }) {
        const { profile } = opened()
        const code = readCode(text, profile)
        if (code.kind === 'answer') {
          const attempt = current
          if (!attempt?.link || attempt.offer === undefined)
            throw new EngineFailure('code-used', 'No code is shown here that this would answer.')
          attempt.link.signal({ kind: 'answer', to: attempt.offer, sdp: (await openAnswer(attempt.secret, code)).sdp })
          return
        }
        const attempt = begin(false, code.secret)
        state.set({ kind: 'connecting' })
        if (code.offer) return answerByHand(attempt, code, code.offer)
        const [relay] = code.relays
        if (relay === undefined) throw new EngineFailure('relay-unreachable', 'The code names no relay to meet at.')
        expire(attempt, code.expires)
        const discovery = relay === settings.relay && sync.discovery ? sync.discovery : sync.discover(relay)
        await orEnd(attempt, meetOver(attempt, discovery, `pair-${toHex(randomBytes(8))}`, checkCertificate(code)))
      },
      async answerWords({ match, words }) {
        // Only what is shown can have been compared: a late answer may be about the words of a try before this one.
        if (!current || state.value.kind !== 'words' || state.value.words.join(' ') !== words.join(' ')) return
        current.matched = match
        current.answer.resolve(match)
      },
      async cancelPairing() {
        // Who has found the words to match is done here: the rest goes on by itself, wherever the person looks meanwhile.
        if (current?.matched) return
        end()
        state.set({ kind: 'idle' })
      },
    },
    watches: { pairing: (_, push) => state.watch(push) },
    ...follow,
  }
}

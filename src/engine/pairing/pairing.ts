import { equalBytes, randomBytes } from '../../bytes/encoding.ts'
import { type Code, parseCode } from '../../discovery/codes/code.ts'
import { packedFingerprint } from '../../discovery/codes/packed-description.ts'
import type { ConnectionHost } from '../../network/adapter/host.ts'
import type { Link } from '../../network/adapter/link.ts'
import type { Pairing } from '../api/engine.ts'
import { EngineFailure } from '../api/failure.ts'
import { type Subscribable, subscribable } from '../api/subscribable.ts'
import type { EngineSettings } from '../api/worker-messages.ts'
import { openControlChannel } from '../peers/link/control-channel.ts'
import type { SyncModule } from '../peers/sync.ts'
import type { ProfileSession } from '../profile/profile-session.ts'
import { whileOpen } from '../profile/while-open.ts'
import type { EngineModule } from '../workers/engine-module.ts'
import { Attempt } from './attempt.ts'
import { enterCodeByRelay, showCodeByRelay } from './by-relay.ts'
import { answerWithCode, enterAnswer, showCodeForTwoScans } from './by-two-scans.ts'
import { pairAsInitiator, pairAsJoiner } from './pair-devices.ts'
import { homeHint, type PairingDeps } from './show-code.ts'

/** Adds an own device: a code, four words to compare, then sync of home over the same link. */
export const pairingModule = (host: ConnectionHost, sync: SyncModule, settings: EngineSettings): EngineModule => {
  const state = subscribable<Pairing>({ kind: 'idle' })
  const { opened, follow } = whileOpen()
  let current: Attempt | undefined

  /** Replaces the current attempt. */
  const start = (initiator: boolean, secret: Uint8Array): Attempt => {
    current?.abort()
    current = new Attempt(state, initiator, secret)
    return current
  }

  const pairOver = async (attempt: Attempt, link: Link): Promise<void> => {
    const { profile, core } = opened()
    attempt.link = link
    const channel = await openControlChannel(link)
    if (attempt.hasEnded) return link.close()
    const own = profile.homeState.value.devices.find(({ device }) => device === profile.device)
    const side = { profile, core, channel, secret: attempt.secret, name: own?.name ?? '', answer: attempt.answer }
    const pair = attempt.initiator ? pairAsInitiator : pairAsJoiner
    const other = await pair(side, ({ words, other }) => attempt.showWords(words, other))
    if (attempt.hasEnded) return link.close()
    attempt.complete()
    sync.runHome(link, attempt.initiator, channel)
    if (attempt.initiator) state.set({ kind: 'done', other, complete: false })
    else showReceivedSpaces(opened().profile, other, state)
  }

  const deps: PairingDeps = { host, sync, settings, opened, pairOver }

  /** Resets the state when an attempt cannot start, and rethrows the error. */
  const begin = async (attempt: Attempt, work: (attempt: Attempt, deps: PairingDeps) => Promise<void>): Promise<void> => {
    try {
      await work(attempt, deps)
    } catch (error) {
      if (!attempt.hasEnded) {
        attempt.abort()
        state.set({ kind: 'idle' })
      }
      throw error
    }
  }

  return {
    calls: {
      async showCode({ manual }) {
        opened()
        const attempt = start(true, randomBytes(16))
        if (manual) showCodeForTwoScans(attempt, deps)
        else await begin(attempt, showCodeByRelay)
      },
      async inspectCode({ text }) {
        const code = readCode(text, opened().profile)
        if (code.kind === 'answer') return { foreignRelay: undefined }
        const [relay] = code.relays
        return { foreignRelay: relay === undefined || relay === settings.relay ? undefined : new URL(relay).host }
      },
      async enterCode({ text }) {
        const code = readCode(text, opened().profile)
        if (code.kind === 'answer') return enterAnswer(current?.hasEnded ? undefined : current, code)
        const attempt = start(false, code.secret)
        state.set({ kind: 'connecting' })
        if (code.offer) answerWithCode(attempt, code, code.offer, deps)
        else await begin(attempt, () => enterCodeByRelay(attempt, code, deps))
      },
      async answerWords({ match, words }) {
        // A late answer may be about the words of an earlier attempt.
        if (current?.hasEnded || state.value.kind !== 'words' || state.value.words.join(' ') !== words.join(' ')) return
        current?.confirm(match)
      },
      async cancelPairing() {
        // After confirming the words, the user may leave the dialog: pairing continues in the background.
        if (current && !current.hasEnded && current.isConfirmed) return
        current?.abort()
        state.set({ kind: 'idle' })
      },
    },
    watches: { pairing: (_, push) => state.watch(push) },
    ...follow,
  }
}

/** Shows the progress of the joining device until it has every space that home lists. */
const showReceivedSpaces = ({ spaces, home }: ProfileSession, other: string, state: Subscribable<Pairing>): void => {
  const stop = spaces.watch((all) => {
    const listed = all.filter(({ deleted }) => !deleted)
    const received = listed.filter(({ arriving }) => !arriving)
    if (!home.arrived || received.length < listed.length)
      return state.set({ kind: 'receiving', other, spaces: received.length, of: listed.length })
    state.set({ kind: 'done', other, complete: true })
    queueMicrotask(() => stop())
  })
}

/** @throws {EngineFailure | CodeError} when the code cannot be used here */
const readCode = (text: string, profile: ProfileSession): Code => {
  const code = parseCode(text, { now: Date.now(), fingerprintOf: packedFingerprint })
  if (code.kind === 'own-device' && equalBytes(code.home, homeHint(profile)))
    throw new EngineFailure('code-used', 'This code is from one of your own devices, which this device is already paired with.')
  return code
}

import type { Cbor } from '../../bytes/cbor.ts'
import { randomBytes, toHex } from '../../bytes/encoding.ts'
import type { ConnectionHost } from '../../network/adapter/host.ts'
import type { Link } from '../../network/adapter/link.ts'
import type { IceServer } from '../../network/link.ts'
import type { DeviceId } from '../../people/device-keys.ts'
import type { SpaceId } from '../../space/ids.ts'
import { acceptIntroduction, introduce, listInSpace } from '../profile/own-devices.ts'
import type { ProfileSession } from '../profile/profile-session.ts'
import { isClosed, isRefusal, runSpaceLink, type SpaceLink } from './link/space-link.ts'
import { type Reconnection, reconnection } from './reconnection.ts'

/** Another own device, connected in home. The links of the other spaces are negotiated over home's link. */
export interface HomeNeighbour {
  readonly device: DeviceId
  readonly home: SpaceLink
  readonly spaces: ReadonlyMap<SpaceId, { readonly link: Link; readonly ready: SpaceLink | undefined }>
  /** Announces own spaces, lists the other device in them, and links the spaces that both devices have. */
  reconcile(): Promise<void>
  /** Handles a message on home's control channel that is not about log or document. */
  receive(message: readonly unknown[]): Promise<void>
  /** The link of a space that both devices have, once it is ready. */
  linkOf(space: SpaceId): SpaceLink | undefined
  /** Restarts ICE on every link. */
  restart(): void
  end(): void
}

/** A link of one space: open, or being opened. */
interface Attempt {
  readonly link: Link
  /** A random id that the initiator chooses for each link. */
  readonly session: string
  ready: SpaceLink | undefined
}

export interface HomeNeighbourDeps {
  readonly host: ConnectionHost
  readonly iceServers: readonly IceServer[]
  /** The displayed state of the links may have changed. */
  readonly changed: () => void
  readonly failed: (error: unknown) => void
  /** A message in a space was rejected. */
  readonly rejected: (device: DeviceId, space: SpaceId) => void
}

export const homeNeighbour = (
  profile: ProfileSession,
  home: SpaceLink,
  { host, iceServers, changed, failed, rejected }: HomeNeighbourDeps,
): HomeNeighbour => {
  const attempts = new Map<SpaceId, Attempt>()
  const delays = new Map<SpaceId, Reconnection>()
  const timers = new Set<ReturnType<typeof setTimeout>>()
  /** Spaces that the other device announced. */
  let theirs: ReadonlySet<SpaceId> | undefined
  /** The own spaces that were announced last. */
  let announcedSpaces: string | undefined
  let hasEnded = false
  // Both devices compute the same initiator.
  const isInitiator = profile.device < home.device

  const ownSpaces = (): SpaceId[] => [...profile.held.keys()].filter((id) => id !== profile.home.id).sort()

  const connect = (space: SpaceId, session: string): Attempt => {
    const link = host.open({ polite: !isInitiator, begin: isInitiator, identity: space, iceServers })
    const attempt: Attempt = { link, session, ready: undefined }
    attempts.get(space)?.link.close()
    attempts.set(space, attempt)
    link.onSignal((signal) => {
      home.send(['signal', space, session, signal as unknown as Cbor]).catch((error: unknown) => {
        if (!isClosed(error)) failed(error)
      })
    })
    runLink(space, attempt).catch((error: unknown) => {
      if (isRefusal(error)) rejected(home.device, space)
      if (!isClosed(error)) failed(error)
    })
    return attempt
  }

  const runLink = async (space: SpaceId, attempt: Attempt): Promise<void> => {
    const delay = delays.get(space) ?? reconnection()
    delays.set(space, delay)
    try {
      const session = await profile.open(space)
      await runSpaceLink(attempt.link, session, {
        initiator: isInitiator,
        onReady(ready) {
          delay.opened()
          attempt.ready = ready
          changed()
        },
        onProgress: changed,
      })
    } finally {
      attempt.link.close()
      if (attempts.get(space) === attempt) attempts.delete(space)
      changed()
      retryIn(delay.closed(), space)
    }
  }

  const retryIn = (milliseconds: number, space: SpaceId) => {
    if (!isInitiator || hasEnded) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (!hasEnded && !attempts.has(space)) linkSpaces()
    }, milliseconds)
    timers.add(timer)
  }

  const linkSpaces = () => {
    if (!isInitiator || hasEnded) return
    for (const space of ownSpaces())
      if (theirs?.has(space) && !attempts.has(space) && !profile.damaged.has(space)) connect(space, toHex(randomBytes(8)))
  }

  const receiveSignal = (space: SpaceId, session: string, signal: unknown) => {
    const known = attempts.get(space)
    if (known?.session === session) return known.link.signal(signal)
    // The other side opens its link when the initiator's first signal arrives.
    if (isInitiator || space === profile.home.id || !profile.held.has(space)) return
    connect(space, session).link.signal(signal)
  }

  return {
    device: home.device,
    home,
    spaces: attempts,
    async reconcile() {
      if (hasEnded) return
      const own = ownSpaces()
      if (own.join() !== announcedSpaces) {
        announcedSpaces = own.join()
        await home.send(['spaces', own])
      }
      if (!theirs) return
      for (const space of own) {
        if (theirs.has(space) || profile.damaged.has(space)) continue
        const session = await profile.open(space)
        if (await listInSpace(profile, session, home.device)) await home.send(['introduction', introduce(session)])
      }
      linkSpaces()
    },
    async receive([kind, ...rest]) {
      if (kind === 'spaces' && Array.isArray(rest[0])) {
        theirs = new Set(rest[0] as SpaceId[])
        changed()
      } else if (kind === 'introduction' && rest[0] instanceof Uint8Array) {
        await acceptIntroduction(profile, rest[0])
        changed()
      } else if (kind === 'signal') {
        const [space, session, signal] = rest as [SpaceId, string, unknown]
        receiveSignal(space, session, signal)
      }
    },
    linkOf: (space) => (space === profile.home.id ? home : attempts.get(space)?.ready),
    restart() {
      home.link.restart()
      for (const { link } of attempts.values()) link.restart()
    },
    end() {
      hasEnded = true
      for (const timer of timers) clearTimeout(timer)
      for (const { link } of attempts.values()) link.close()
      home.link.close()
    },
  }
}

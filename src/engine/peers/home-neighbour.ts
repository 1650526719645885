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

/** Another own device, connected in home; links in the other spaces are made over that one. */
export interface HomeNeighbour {
  readonly device: DeviceId
  readonly home: SpaceLink
  readonly spaces: ReadonlyMap<SpaceId, { readonly link: Link; readonly ready: SpaceLink | undefined }>
  /** Spaces that the other device holds, by its own word; undefined until it has said. */
  readonly held: ReadonlySet<SpaceId> | undefined
  /** Says what is here, introduces what is missing there, and links what both hold. */
  reconcile(): Promise<void>
  /** Takes a message of home's control channel that is not about log or document. */
  take(message: readonly unknown[]): Promise<void>
  /** The link of a space that both hold, once it is ready. */
  linkOf(space: SpaceId): SpaceLink | undefined
  restart(): void
  end(): void
}

interface Attempt {
  readonly link: Link
  readonly session: string
  ready: SpaceLink | undefined
}

export interface NeighbourSurroundings {
  readonly host: ConnectionHost
  readonly iceServers: readonly IceServer[]
  /** Something that is shown may have changed. */
  readonly changed: () => void
  readonly failed: (error: unknown) => void
  /** What this device said in a space was refused. */
  readonly refused: (device: DeviceId, space: SpaceId) => void
}

export const homeNeighbour = (
  profile: ProfileSession,
  home: SpaceLink,
  { host, iceServers, changed, failed, refused }: NeighbourSurroundings,
): HomeNeighbour => {
  const attempts = new Map<SpaceId, Attempt>()
  const waits = new Map<SpaceId, Reconnection>()
  const timers = new Set<ReturnType<typeof setTimeout>>()
  let theirs: ReadonlySet<SpaceId> | undefined
  let told: string | undefined
  let ended = false
  // Of two devices the same one always begins.
  const begins = profile.device < home.device

  const ownSpaces = (): SpaceId[] => [...profile.held.keys()].filter((id) => id !== profile.home.id).sort()

  const connect = (space: SpaceId, session: string, began: boolean): Attempt => {
    const link = host.open({ polite: !began, begin: began, identity: space, iceServers })
    const attempt: Attempt = { link, session, ready: undefined }
    attempts.get(space)?.link.close()
    attempts.set(space, attempt)
    link.onSignal((signal) => {
      home.send(['signal', space, session, signal as unknown as Cbor]).catch(ignoreClosed)
    })
    runLink(space, attempt, began).catch((error: unknown) => {
      if (isRefusal(error)) refused(home.device, space)
      if (!isClosed(error)) failed(error)
    })
    return attempt
  }

  const runLink = async (space: SpaceId, attempt: Attempt, began: boolean): Promise<void> => {
    const wait = waits.get(space) ?? reconnection()
    waits.set(space, wait)
    try {
      const session = await profile.open(space)
      await runSpaceLink(attempt.link, session, {
        initiator: began,
        onReady(ready) {
          wait.stands()
          attempt.ready = ready
          changed()
        },
        onProgress: changed,
      })
    } finally {
      attempt.link.close()
      if (attempts.get(space) === attempt) attempts.delete(space)
      changed()
      const milliseconds = wait.ended()
      // As long as home is connected, the one that began tries again.
      if (began && !ended) {
        const timer = setTimeout(() => {
          timers.delete(timer)
          if (!ended && !attempts.has(space)) linkSpaces()
        }, milliseconds)
        timers.add(timer)
      }
    }
  }

  const linkSpaces = () => {
    if (!begins || ended) return
    for (const space of ownSpaces()) {
      if (theirs?.has(space) && !attempts.has(space) && !profile.damaged.has(space)) connect(space, toHex(randomBytes(8)), true)
    }
  }

  const ignoreClosed = (error: unknown) => {
    if (!isClosed(error)) failed(error)
  }

  return {
    device: home.device,
    home,
    spaces: attempts,
    get held() {
      return theirs
    },
    async reconcile() {
      if (ended) return
      const own = ownSpaces()
      if (own.join() !== told) {
        told = own.join()
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
    async take([kind, ...rest]) {
      if (kind === 'spaces' && Array.isArray(rest[0])) {
        theirs = new Set(rest[0] as SpaceId[])
        changed()
      } else if (kind === 'introduction' && rest[0] instanceof Uint8Array) {
        await acceptIntroduction(profile, rest[0])
        changed()
      } else if (kind === 'signal') {
        const [space, session, signal] = rest as [SpaceId, string, unknown]
        const known = attempts.get(space)
        // The one that does not begin makes its link when it is called.
        if (known?.session !== session && (begins || space === profile.home.id || !profile.held.has(space))) return
        const attempt = known?.session === session ? known : connect(space, session, false)
        attempt.link.signal(signal)
      }
    },
    linkOf: (space) => (space === profile.home.id ? home : attempts.get(space)?.ready),
    restart() {
      home.link.restart()
      for (const { link } of attempts.values()) link.restart()
    },
    end() {
      ended = true
      for (const timer of timers) clearTimeout(timer)
      for (const { link } of attempts.values()) link.close()
      home.link.close()
    },
  }
}

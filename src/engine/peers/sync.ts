import type { Discovery, DiscoveryStatus } from '../../discovery/discovery.ts'
import { relayDiscovery } from '../../discovery/relay/relay.ts'
import type { ConnectionHost } from '../../network/adapter/host.ts'
import type { Link } from '../../network/adapter/link.ts'
import type { ControlChannel } from '../../people/control-channel.ts'
import type { DeviceId } from '../../people/device-keys.ts'
import type { SpaceId } from '../../space/ids.ts'
import type { Device, Neighbour, SyncState } from '../api/engine.ts'
import { subscribable } from '../api/subscribable.ts'
import type { EngineSettings } from '../api/worker-messages.ts'
import type { ProfileSession } from '../profile/profile-session.ts'
import { backgroundWork } from '../scheduling/background-work.ts'
import { type Clock, systemClock } from '../scheduling/clock.ts'
import type { EngineModule } from '../workers/engine-module.ts'
import { HomeLinks } from './home-links.ts'
import { HomeMeeting } from './home-meeting.ts'
import { readLastSeen, writeLastSeen } from './last-seen.ts'
import { isClosed } from './link/space-link.ts'
import { Reconciliation } from './reconcile.ts'

/** Sync between a person's own devices. */
export interface SyncModule extends EngineModule {
  /** Syncs home over a link on which two devices have just paired. */
  runHome(link: Link, initiator: boolean, channel: ControlChannel): void
  /** Finds other devices; undefined without a relay. */
  readonly discovery: Discovery | undefined
  /** Finds other devices over another relay. */
  discover(relay: string): Discovery
}

/** The parts that sync one open profile. */
interface ProfileSync {
  readonly profile: ProfileSession
  readonly meeting: HomeMeeting
  readonly links: HomeLinks
  readonly reconciliation: Reconciliation
  /** When each device was connected last, in milliseconds since 1970. */
  readonly seen: Map<DeviceId, number>
  readonly unwatch: () => void
}

/** @param discover creates the discovery for a relay address; Node passes its own WebSocket */
export const syncModule = (
  host: ConnectionHost,
  { relay, iceServers }: EngineSettings,
  discover: (relay: string) => Discovery = relayDiscovery,
  clock: Clock = systemClock,
): SyncModule => {
  const discovery = relay === undefined ? undefined : discover(relay)
  const status = subscribable<DiscoveryStatus | 'off'>(discovery ? 'unreachable' : 'off')
  const devices = subscribable<readonly Device[]>([])
  /** Incremented when the state of a neighbour may have changed. */
  const revision = subscribable(0)
  const failed = (error: unknown) => {
    if (!isClosed(error)) console.warn('A connection ended.', error)
  }
  const background = backgroundWork(failed)
  let current: ProfileSync | undefined

  discovery?.onStatus((next) => status.set(next))
  host.onFreshStart(() => {
    discovery?.refresh()
    current?.links.restart()
    current?.meeting.call()
  })

  const show = () => {
    if (!current) return
    const { profile, links, seen } = current
    links.forgetRejections()
    devices.set(
      profile.homeState.value.devices.map(({ device, name }) => ({
        id: device,
        name,
        here: device === profile.device,
        connected: links.neighbourOf(device) !== undefined,
        seen: device === profile.device ? Date.now() : seen.get(device),
      })),
    )
    revision.set(revision.value + 1)
  }

  const syncProfile = (profile: ProfileSession): ProfileSync => {
    const meeting = new HomeMeeting()
    const seen = new Map<DeviceId, number>()
    const changed = () => {
      show()
      reconciliation.request()
    }
    const links = new HomeLinks({
      profile,
      host,
      iceServers,
      clock,
      call: () => meeting.call(),
      changed,
      seen(device) {
        seen.set(device, Date.now())
        background.run(() => writeLastSeen(profile.vault, device, Date.now()))
        show()
      },
      failed,
    })
    const reconciliation = new Reconciliation(profile, links, failed)
    return { profile, meeting, links, reconciliation, seen, unwatch: profile.homeState.watch(changed) }
  }

  const meet = async ({ profile: { home }, meeting, links }: ProfileSync): Promise<void> => {
    if (!discovery) return
    await meeting.start(discovery, home, {
      open(_, polite) {
        const link = host.open({ polite, begin: !polite, identity: home.id, iceServers })
        links.run(link, !polite)
        return link
      },
      failed,
    })
  }

  const loadLastSeen = async ({ profile, seen }: ProfileSync): Promise<void> => {
    for (const [device, time] of await readLastSeen(profile.vault)) if (!seen.has(device)) seen.set(device, time)
    show()
  }

  const stateOf = (space: SpaceId, { profile, links }: ProfileSync): SyncState => ({
    discovery: status.value,
    neighbours: profile.homeState.value.devices
      .filter(({ device }) => device !== profile.device)
      .map(({ device, name }): Neighbour => {
        const neighbour = links.neighbourOf(device)
        const attempt = neighbour?.spaces.get(space)
        return {
          device,
          name,
          state: attempt?.ready ? 'connected' : attempt || neighbour ? 'connecting' : 'waiting',
          equal: attempt?.ready?.equal() ?? false,
          path: attempt?.link.path,
          refused: links.isRejected(device, space),
        }
      }),
  })

  return {
    discovery,
    discover,
    runHome(link, initiator, channel) {
      if (current) current.links.run(link, initiator, channel)
      else link.close()
    },
    calls: {},
    watches: {
      devices: (_, push) => devices.watch(push),
      sync({ space }, push) {
        let last = ''
        const emit = () => {
          // The other devices are unknown until home has arrived.
          if (!current?.profile.home.arrived) return
          const state = stateOf(space, current)
          const text = JSON.stringify(state)
          if (text !== last) push(state)
          last = text
        }
        const stops = [revision.watch(emit), status.watch(emit)]
        return () => {
          for (const stop of stops) stop()
        }
      },
    },
    profileOpened(profile) {
      const opened = syncProfile(profile)
      current = opened
      show()
      background.run(() => loadLastSeen(opened))
      meet(opened).catch(failed)
    },
    spaceChanged(session) {
      for (const neighbour of current?.links.neighbours ?? []) neighbour.linkOf(session.id)?.announce()
      revision.set(revision.value + 1)
    },
    async ended() {
      const ending = current
      current = undefined
      ending?.unwatch()
      ending?.meeting.end()
      ending?.links.end()
      await ending?.reconciliation.end()
      await background.ended()
      devices.set([])
    },
  }
}

import type { Discovery, DiscoveryStatus } from '../../discovery/discovery.ts'
import { relayDiscovery } from '../../discovery/relay/relay.ts'
import { type Rendezvous, rendezvous } from '../../discovery/rendezvous.ts'
import { renewIn } from '../../discovery/topics.ts'
import type { ConnectionHost } from '../../network/adapter/host.ts'
import type { Link } from '../../network/adapter/link.ts'
import type { ControlChannel } from '../../people/control-channel.ts'
import type { DeviceId } from '../../people/device-keys.ts'
import type { SpaceId } from '../../space/ids.ts'
import { PROFILE } from '../../vault/vault.ts'
import type { Device, Neighbour, SyncState } from '../api/engine.ts'
import { subscribable } from '../api/subscribable.ts'
import type { EngineSettings } from '../api/worker-messages.ts'
import { refillPrekeys } from '../profile/own-devices.ts'
import type { ProfileSession } from '../profile/profile-session.ts'
import { backgroundWork } from '../scheduling/background-work.ts'
import { type Clock, systemClock } from '../scheduling/clock.ts'
import type { EngineModule } from '../workers/documents.ts'
import { type HomeNeighbour, homeNeighbour } from './home-neighbour.ts'
import { isClosed, isRefusal, runSpaceLink } from './link/space-link.ts'
import { type Reconnection, reconnection } from './reconnection.ts'
import { topicSubscriptions } from './topic-subscriptions.ts'

/** Sync among a person's own devices, and what is shown of it. */
export interface SyncPart extends EngineModule {
  /** Runs home over a link on which something was said before: two devices that have just paired. */
  runHome(link: Link, began: boolean, channel: ControlChannel): void
  /** How to find others over the network; undefined where there is none. */
  readonly discovery: Discovery | undefined
  /** Another way of the same kind, over the relay at this address. */
  discover(relay: string): Discovery
}

/** @param discover makes a way to find others by a relay's address; in Node, one over its own WebSocket */
export const syncPart = (
  host: ConnectionHost,
  { relay, iceServers }: EngineSettings,
  discover: (relay: string) => Discovery = relayDiscovery,
  clock: Clock = systemClock,
): SyncPart => {
  const discovery = relay === undefined ? undefined : discover(relay)
  /** Links in home that are ready, oldest first: for a moment there may be two to one device, and the newest counts. */
  let linked: readonly HomeNeighbour[] = []
  const seen = new Map<DeviceId, number>()
  const waits = new Map<DeviceId, Reconnection>()
  /** Links in home that are not proven yet; when they end so, nobody knows which device it was. */
  const unproven = new Set<Link>()
  const unprovenWait = reconnection(clock)
  /** Where what a device sent was refused last, by device and space. */
  const refusals = new Set<string>()
  const calls = new Set<() => void>()
  const devices = subscribable<readonly Device[]>([])
  const status = subscribable<DiscoveryStatus | 'off'>(discovery ? 'unreachable' : 'off')
  const shown = subscribable(0)
  let profile: ProfileSession | undefined
  let meeting: Rendezvous | undefined
  let renewal: ReturnType<typeof setTimeout> | undefined
  let unwatch: (() => void) | undefined
  let reconciling: Promise<void> | undefined
  let again = false

  const failed = (error: unknown) => {
    if (!isClosed(error)) console.warn('A connection ended.', error)
  }
  const background = backgroundWork(failed)

  discovery?.onStatus((now) => status.set(now))
  host.onFreshStart(() => {
    discovery?.refresh()
    for (const neighbour of linked) neighbour.restart()
    meeting?.call()
  })

  const refused = (device: DeviceId, space: SpaceId) => void refusals.add(`${device} ${space}`)

  const neighbourOf = (device: DeviceId) => linked.findLast((neighbour) => neighbour.device === device)

  /** Where both have the same again, what was refused there is over. */
  const forgetRefusals = (home: SpaceId) => {
    for (const neighbour of linked)
      for (const space of [home, ...neighbour.spaces.keys()])
        if (neighbour.linkOf(space)?.equal()) refusals.delete(`${neighbour.device} ${space}`)
  }

  const show = () => {
    if (!profile) return
    const { device: own } = profile
    forgetRefusals(profile.home.id)
    devices.set(
      profile.homeState.value.devices.map(({ device, name }) => ({
        id: device,
        name,
        here: device === own,
        connected: neighbourOf(device) !== undefined,
        seen: device === own ? Date.now() : seen.get(device),
      })),
    )
    shown.set(shown.value + 1)
  }

  /** One look at everything at a time; whatever changes meanwhile makes another one follow. */
  const reconcile = (): void => {
    again = true
    if (reconciling) return
    const work = async () => {
      while (again && profile) {
        again = false
        const present = profile
        if (!present.home.arrived) continue
        await present.listOwn()
        await refillPrekeys(present)
        for (const neighbour of linked) await neighbour.reconcile().catch(failed)
      }
    }
    reconciling = work()
      .catch(failed)
      .finally(() => {
        reconciling = undefined
        if (again && profile) reconcile()
      })
  }

  const runHome = (link: Link, began: boolean, channel?: ControlChannel): void => {
    const present = profile
    if (!present) return link.close()
    let own: HomeNeighbour | undefined
    unproven.add(link)
    const changed = () => {
      show()
      reconcile()
    }
    runSpaceLink(
      link,
      present.home,
      {
        initiator: began,
        clock,
        onReady(home) {
          const older = linked.filter((neighbour) => neighbour.device === home.device)
          own = homeNeighbour(present, home, { host, iceServers, changed, failed, refused })
          linked = [...linked, own]
          unproven.delete(link)
          unprovenWait.stands()
          // Of two links one side alone gives one up: each might choose another, and none would be left.
          if (present.device < home.device) for (const neighbour of older) neighbour.end()
          noteSeen(home.device)
          waitFor(home.device).stands()
          changed()
        },
        onProgress: changed,
        onMessage: async (message) => own?.take(message),
      },
      channel,
    )
      .catch((error: unknown) => {
        if (own && isRefusal(error)) refused(own.device, present.home.id)
        failed(error)
      })
      .finally(() => {
        if (!own) {
          // Without a new call the devices would stay apart until the next regular one, up to 75 s later.
          if (unproven.delete(link) && profile === present) callIn(unprovenWait.ended())
          return
        }
        own.end()
        linked = linked.filter((neighbour) => neighbour !== own)
        noteSeen(own.device)
        show()
        callIn(waitFor(own.device).ended())
      })
  }

  const waitFor = (device: DeviceId): Reconnection => {
    const wait = waits.get(device) ?? reconnection(clock)
    waits.set(device, wait)
    return wait
  }

  /** Says hello to whoever is there, in so many milliseconds. */
  const callIn = (milliseconds: number): void => {
    const cancel = clock.after(milliseconds, () => {
      calls.delete(cancel)
      meeting?.call()
    })
    calls.add(cancel)
  }

  const noteSeen = (device: DeviceId) => {
    seen.set(device, Date.now())
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setFloat64(0, Date.now())
    const vault = profile?.vault
    if (vault) background.run(() => vault.write([{ area: PROFILE, key: ['seen', device], value: bytes }]))
  }

  const meet = async (present: ProfileSession): Promise<void> => {
    if (!discovery) return
    const met = await rendezvous({
      discoveries: [discovery],
      subscriptions: await topicSubscriptions(present.home),
      open(_, polite) {
        const link = host.open({ polite, begin: !polite, identity: present.home.id, iceServers })
        runHome(link, !polite)
        return link
      },
      failed,
    })
    if (profile !== present) return met.end()
    meeting = met
    const renew = () => {
      renewal = setTimeout(async () => {
        if (profile !== present) return
        await met.move(await topicSubscriptions(present.home)).catch(failed)
        renew()
      }, renewIn(Date.now()))
    }
    renew()
  }

  const stateOf = (space: SpaceId): SyncState => {
    const others = profile?.homeState.value.devices.filter(({ device }) => device !== profile?.device) ?? []
    return {
      discovery: status.value,
      neighbours: others.map(({ device, name }): Neighbour => {
        const neighbour = neighbourOf(device)
        const attempt = neighbour?.spaces.get(space)
        return {
          device,
          name,
          state: attempt?.ready ? 'connected' : attempt || neighbour ? 'connecting' : 'waiting',
          equal: attempt?.ready?.equal() ?? false,
          path: attempt?.link.path,
          refused: refusals.has(`${device} ${space}`) || refusals.has(`${device} ${profile?.home.id}`),
        }
      }),
    }
  }

  return {
    discovery,
    discover,
    runHome,
    calls: {},
    watches: {
      devices: (_, push) => devices.watch(push),
      sync({ space }, push) {
        let last = ''
        const tell = () => {
          // Until home is here, nobody knows which other devices there are.
          if (!profile?.home.arrived) return
          const state = stateOf(space)
          const text = JSON.stringify(state)
          if (text !== last) push(state)
          last = text
        }
        const stops = [shown.watch(tell), status.watch(tell)]
        return () => {
          for (const stop of stops) stop()
        }
      },
    },
    profileOpened(opened) {
      profile = opened
      unwatch = opened.homeState.watch(() => {
        show()
        reconcile()
      })
      background.run(async () => {
        for (const [device, time] of await readSeen(opened)) if (!seen.has(device)) seen.set(device, time)
        show()
      })
      meet(opened).catch(failed)
    },
    spaceWriting(session) {
      for (const neighbour of linked) neighbour.linkOf(session.id)?.prepare()
    },
    spaceChanged(session) {
      for (const neighbour of linked) neighbour.linkOf(session.id)?.announce()
      // Only what is known of neighbours may differ; the devices are the same.
      shown.set(shown.value + 1)
    },
    async ended() {
      profile = undefined
      unwatch?.()
      meeting?.end()
      meeting = undefined
      clearTimeout(renewal)
      for (const cancel of calls) cancel()
      calls.clear()
      for (const neighbour of linked) neighbour.end()
      linked = []
      // A link that stays open without an answer keeps the other device waiting for a proof.
      for (const link of unproven) link.close()
      unproven.clear()
      await reconciling
      await background.ended()
      devices.set([])
      refusals.clear()
    },
  }
}

const readSeen = async ({ vault }: ProfileSession): Promise<[DeviceId, number][]> =>
  (await vault.range(PROFILE, ['seen'])).map(([key, value]) => [
    key[1] as DeviceId,
    new DataView(value.buffer, value.byteOffset, 8).getFloat64(0),
  ])

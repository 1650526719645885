import type { ConnectionHost } from '../../network/adapter/host.ts'
import type { Link } from '../../network/adapter/link.ts'
import type { IceServer } from '../../network/link.ts'
import type { ControlChannel } from '../../people/control-channel.ts'
import type { DeviceId } from '../../people/device-keys.ts'
import type { SpaceId } from '../../space/ids.ts'
import type { ProfileSession } from '../profile/profile-session.ts'
import type { Clock } from '../scheduling/clock.ts'
import { type HomeNeighbour, homeNeighbour } from './home-neighbour.ts'
import { isRefusal, runSpaceLink, type SpaceLink } from './link/space-link.ts'
import { type Reconnection, reconnection } from './reconnection.ts'

export interface HomeLinksDeps {
  readonly profile: ProfileSession
  readonly host: ConnectionHost
  readonly iceServers: readonly IceServer[]
  readonly clock: Clock
  /** Looks for the other devices again, after a link ended. */
  readonly call: () => void
  /** The displayed state of the links may have changed. */
  readonly changed: () => void
  /** A device connected or disconnected. */
  readonly seen: (device: DeviceId) => void
  readonly failed: (error: unknown) => void
}

/** Links to the other own devices in home. */
export class HomeLinks {
  readonly #deps: HomeLinksDeps
  /** Ready links, oldest first. There may briefly be two to one device; the newest counts. */
  #neighbours: readonly HomeNeighbour[] = []
  /** Links whose handshake is not complete. The device at the other end is unknown. */
  readonly #unproven = new Set<Link>()
  readonly #waits = new Map<DeviceId, Reconnection>()
  readonly #unprovenWait: Reconnection
  readonly #cancelCalls = new Set<() => void>()
  /** Devices and spaces in which the other device rejected, or sent, invalid data. */
  readonly #rejected = new Set<string>()
  #hasEnded = false

  constructor(deps: HomeLinksDeps) {
    this.#deps = deps
    this.#unprovenWait = reconnection(deps.clock)
  }

  get neighbours(): readonly HomeNeighbour[] {
    return this.#neighbours
  }

  neighbourOf(device: DeviceId): HomeNeighbour | undefined {
    return this.#neighbours.findLast((neighbour) => neighbour.device === device)
  }

  /** Whether data was rejected in this space or in home, which all spaces depend on. */
  isRejected(device: DeviceId, space: SpaceId): boolean {
    return this.#rejected.has(`${device} ${space}`) || this.#rejected.has(`${device} ${this.#home.id}`)
  }

  /** Forgets rejections in spaces where both devices have the same content again. */
  forgetRejections(): void {
    for (const neighbour of this.#neighbours)
      for (const space of [this.#home.id, ...neighbour.spaces.keys()])
        if (neighbour.linkOf(space)?.equal()) this.#rejected.delete(`${neighbour.device} ${space}`)
  }

  /** @param channel the control channel of the link when it is open already, after pairing */
  run(link: Link, initiator: boolean, channel?: ControlChannel): void {
    const { clock, changed, failed, seen } = this.#deps
    let own: HomeNeighbour | undefined
    this.#unproven.add(link)
    runSpaceLink(
      link,
      this.#home,
      {
        initiator,
        clock,
        onReady: (home) => {
          this.#unproven.delete(link)
          this.#unprovenWait.opened()
          own = this.#add(home)
          seen(home.device)
          this.#waitFor(home.device).opened()
          changed()
        },
        onProgress: changed,
        onMessage: async (message) => own?.receive(message),
      },
      channel,
    )
      .catch((error: unknown) => {
        if (own && isRefusal(error)) this.#reject(own.device, this.#home.id)
        failed(error)
      })
      .finally(() => {
        if (own) this.#remove(own)
        // Without this call the devices would stay disconnected until the next regular one, up to 75 s later.
        else if (this.#unproven.delete(link) && !this.#hasEnded) this.#callIn(this.#unprovenWait.closed())
      })
  }

  /** Restarts ICE on every link. */
  restart(): void {
    for (const neighbour of this.#neighbours) neighbour.restart()
  }

  end(): void {
    this.#hasEnded = true
    for (const cancel of this.#cancelCalls) cancel()
    this.#cancelCalls.clear()
    for (const neighbour of this.#neighbours) neighbour.end()
    this.#neighbours = []
    // Otherwise the other device would wait for the handshake until its time limit.
    for (const link of this.#unproven) link.close()
    this.#unproven.clear()
  }

  get #home() {
    return this.#deps.profile.home
  }

  #add(home: SpaceLink): HomeNeighbour {
    const { profile, host, iceServers, changed, failed } = this.#deps
    const older = this.#neighbours.filter(({ device }) => device === home.device)
    const rejected = (device: DeviceId, space: SpaceId) => this.#reject(device, space)
    const neighbour = homeNeighbour(profile, home, { host, iceServers, changed, failed, rejected })
    this.#neighbours = [...this.#neighbours, neighbour]
    // Only one side closes the older link: both sides might choose different links.
    if (profile.device < home.device) for (const each of older) each.end()
    return neighbour
  }

  #remove(neighbour: HomeNeighbour): void {
    neighbour.end()
    this.#neighbours = this.#neighbours.filter((each) => each !== neighbour)
    if (this.#hasEnded) return
    this.#deps.seen(neighbour.device)
    this.#callIn(this.#waitFor(neighbour.device).closed())
  }

  #reject(device: DeviceId, space: SpaceId): void {
    this.#rejected.add(`${device} ${space}`)
  }

  #waitFor(device: DeviceId): Reconnection {
    const wait = this.#waits.get(device) ?? reconnection(this.#deps.clock)
    this.#waits.set(device, wait)
    return wait
  }

  #callIn(milliseconds: number): void {
    const cancel = this.#deps.clock.after(milliseconds, () => {
      this.#cancelCalls.delete(cancel)
      this.#deps.call()
    })
    this.#cancelCalls.add(cancel)
  }
}

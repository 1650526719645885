import { fromUtf8 } from '../../bytes/encoding.ts'
import { type DeviceId, deviceId } from '../../people/device-keys.ts'
import type { Entry } from '../../people/entry.ts'
import type { Edit } from '../../space/edits/edits.ts'
import type { SpaceId } from '../../space/ids.ts'
import { checkName } from '../../space/value.ts'
import type { Migration } from '../../space/versions/migrations.ts'
import { PROFILE, type Vault } from '../../vault/vault.ts'
import type { SpaceSummary } from '../api/engine.ts'
import { EngineFailure, isDamage } from '../api/failure.ts'
import { report } from '../api/report.ts'
import { type Subscribable, subscribable } from '../api/subscribable.ts'
import type { Examiner } from '../examine/examiner.ts'
import { openSession } from '../spaces/open-session.ts'
import type { SessionListeners, SpaceSession } from '../spaces/space-session.ts'
import { spaceStore } from '../spaces/space-store.ts'
import { foundSpace, type MakeDocument } from './founding.ts'
import {
  addDevice,
  addSpace,
  type Home,
  readHome,
  renameDevice,
  renameSpace,
  repairHome,
  trashSpace,
  usePrekeys,
} from './home.ts'
import { type HeldSpace, heldSpaces, holdSpace, isKeyDamaged } from './key-ring.ts'
import { firstSignedPrekey, unusedPrekeys } from './prekeys.ts'
import { SpaceList } from './space-list.ts'

/** An unlocked profile: home and the spaces of this device. Each space is opened on first use. */
export interface ProfileSession {
  readonly vault: Vault
  readonly home: SpaceSession
  readonly homeState: Subscribable<Home>
  readonly device: DeviceId
  /** The name that this device had when the profile was created. Home may have a newer one. */
  readonly deviceName: string
  readonly spaces: Subscribable<readonly SpaceSummary[]>
  /** Spaces whose keys this device has. */
  readonly held: ReadonlyMap<SpaceId, HeldSpace>
  /** Spaces with stored data that was altered, removed or rolled back. Other spaces are not affected. */
  readonly damaged: ReadonlySet<SpaceId>
  noteDamaged(space: SpaceId): void
  /** @throws {EngineFailure} `not-found`, `damaged` */
  open(space: SpaceId): Promise<SpaceSession>
  /**
   * Creates a space and lists it in home. A repeated call does not create a second one.
   * @param name the name in the list of spaces
   */
  createSpace(call: string, name: string, make: MakeDocument): Promise<SpaceId>
  /** Adds a space in which another own device listed this one; its document arrives by sync. */
  adopt(held: HeldSpace, log: readonly Entry[]): Promise<void>
  setDeleted(space: SpaceId, deleted: boolean): Promise<void>
  /** @param device this device by default */
  renameDevice(name: string, device?: string): Promise<void>
  /** Lists this device and its spaces in home, for a home that has just arrived. */
  listOwn(): Promise<void>
  /** Commits one transaction in home. */
  commitHome(edits: readonly Edit[]): Promise<void>
  /** Closes every space; the vault stays open. */
  close(): Promise<void>
}

export interface ProfileDeps {
  readonly examiner: Examiner
  /** Format versions that this program knows; `MIGRATIONS` by default. */
  readonly migrations?: readonly Migration[] | undefined
  sessionListeners(space: SpaceId): SessionListeners
  /** Called for every space that is opened, first for home. */
  opened(session: SpaceSession): void
}

/** @throws {EngineFailure} `damaged` when the vault has no home */
export const openProfile = async (vault: Vault, deps: ProfileDeps): Promise<ProfileSession> => {
  const homeId = await vault.get(PROFILE, ['home'])
  const storedName = await vault.get(PROFILE, ['device name'])
  const held = new Map((await heldSpaces(vault)).map((each) => [each.id, each]))
  const heldHome = homeId && held.get(fromUtf8(homeId) as SpaceId)
  if (!heldHome || !storedName) throw new EngineFailure('damaged', 'This profile has no home. Restore it from another device.')
  const deviceName = fromUtf8(storedName)

  const list = new SpaceList((space) => held.has(space))
  const homeState = subscribable<Home>({ devices: [], spaces: [], prekeys: [] })
  const sessions = new Map<SpaceId, Promise<SpaceSession>>()

  const openHeld = (space: HeldSpace): Promise<SpaceSession> => {
    const known = sessions.get(space.id)
    if (known) return known
    const opening = openFirst(space)
    sessions.set(space.id, opening)
    opening.catch((error: unknown) => {
      sessions.delete(space.id)
      if (isDamage(error)) list.setDamaged(space.id)
    })
    return opening
  }

  const openFirst = async ({ id, root, keys }: HeldSpace): Promise<SpaceSession> => {
    const session = await openSession(id, root, keys, spaceStore(vault, id), listenersOf(id), {
      ...deps.examiner,
      ...(deps.migrations && { migrations: deps.migrations }),
    })
    session.state.watch(() => list.setArrived(id, session.arrived))
    deps.opened(session)
    return session
  }

  const listenersOf = (id: SpaceId): SessionListeners => {
    const listeners = deps.sessionListeners(id)
    const isHome = id === heldHome.id
    return {
      ...listeners,
      persisted() {
        if (isHome) refreshHome()
        else list.setChangedNow(id)
        listeners.persisted?.()
      },
      reloaded() {
        if (isHome) refreshHome()
        listeners.reloaded?.()
      },
    }
  }

  // Every own device can write to home: whatever it contains, the profile opens.
  const failed = deps.sessionListeners(heldHome.id).failed ?? report
  const refreshHome = () => {
    if (!home.arrived) return
    try {
      homeState.set(readHome(home.space()))
      list.setListed(homeState.value.spaces)
    } catch (error) {
      failed(error)
    }
  }

  const home: SpaceSession = await openHeld(heldHome)
  const device = deviceId(home.keys.sign.publicKey)
  refreshHome()
  for (const { space } of homeState.value.spaces)
    if (!held.has(space) && (await isKeyDamaged(vault, space))) list.setDamaged(space)

  const commitHome = async (edits: readonly Edit[]): Promise<void> => {
    if (edits.length > 0) await home.commit(crypto.randomUUID(), edits)
  }

  /** Commits edits to home's tables, which are repaired first. */
  const editHome = async (edits: () => readonly Edit[]): Promise<void> => {
    await commitHome(repairHome(home.space()))
    await commitHome(edits())
  }

  const listOwn = async (): Promise<void> => {
    await commitHome(repairHome(home.space()))
    const edits: Edit[] = []
    // Read from the document: `homeState` may be outdated when home has just arrived, and spaces would be listed twice.
    const { devices, spaces: listed } = readHome(home.space())
    if (!devices.some((each) => each.device === device)) edits.push(addDevice(home.space(), device, deviceName))
    for (const each of held.values()) {
      if (each.id === heldHome.id || listed.some(({ space }) => space === each.id)) continue
      try {
        edits.push(addSpace(home.space(), each.id, each.root, (await openHeld(each)).state.value.schema.name))
      } catch (error) {
        // A damaged space is listed when it can be read again; the others are listed now.
        if (!isDamage(error)) throw error
      }
    }
    await commitHome(edits)
  }
  if (home.arrived) await listOwn().catch(failed)

  return {
    vault,
    home,
    homeState,
    device,
    deviceName,
    spaces: list.summaries,
    held,
    get damaged() {
      return list.damaged
    },
    noteDamaged: (space) => list.setDamaged(space),
    async open(id) {
      const found = held.get(id)
      if (!found && list.damaged.has(id))
        throw new EngineFailure('damaged', `The keys of space ${id} were altered on this device.`)
      if (!found || id === heldHome.id) throw new EngineFailure('not-found', `The space ${id} is not on this device.`)
      const session = await openHeld(found)
      if (!session.arrived) return session
      const { name } = session.state.value.schema
      list.setName(id, name)
      const listed = list.find(id)
      if (listed && listed.name !== name) await editHome(() => [renameSpace(home.space(), listed, name)]).catch(failed)
      return session
    },
    async createSpace(call, name, make) {
      const repeated = [...held.values()].find((each) => each.call === call)
      if (repeated) return repeated.id
      const { devices, prekeys } = homeState.value
      const rows = devices
        .filter((each) => each.device !== device)
        .map((each) => firstSignedPrekey(home, unusedPrekeys(prekeys, each.device, device)))
      const others = (await Promise.all(rows)).filter((keys) => keys !== undefined)
      const made = await foundSpace(vault, make, others, call, [])
      held.set(made.id, made)
      await editHome(() => [
        addSpace(home.space(), made.id, made.root, name),
        ...others.map((keys) => usePrekeys(home.space(), keys, made.id)),
      ])
      return made.id
    },
    async adopt(space, log) {
      if (held.has(space.id)) return
      await vault.addArea(space.id)
      await spaceStore(vault, space.id).appendLog(log)
      await vault.write([holdSpace(space)])
      held.set(space.id, space)
      list.setAdopted(space.id)
    },
    async setDeleted(id, deleted) {
      const listed = list.find(id)
      if (!listed) throw new EngineFailure('not-found', `There is no space ${id} to ${deleted ? 'delete' : 'restore'}.`)
      await editHome(() => [trashSpace(home.space(), listed, deleted)])
    },
    async renameDevice(name, id = device) {
      const renamed = homeState.value.devices.find((each) => each.device === id)
      if (!renamed) throw new EngineFailure('not-found', `None of your devices has the id ${id}. Read the ids from "devices".`)
      await editHome(() => [renameDevice(home.space(), renamed, checkName(name, 'this device'))])
    },
    commitHome,
    listOwn,
    async close() {
      for (const session of await Promise.allSettled(sessions.values()))
        if (session.status === 'fulfilled') await session.value.close()
    },
  }
}

import { signer } from '../../bytes/ed25519.ts'
import { fromUtf8, hexBytes, randomBytes, toBase32, utf8 } from '../../bytes/encoding.ts'
import { makeStatement } from '../../people/attestation.ts'
import { type DeviceId, type DeviceKeys, deviceId, newActor, newDeviceKeys } from '../../people/device-keys.ts'
import type { Entry, EntryHash } from '../../people/entry.ts'
import { createEntry } from '../../people/founding.ts'
import { commitAlone } from '../../space/answer-lookups.ts'
import type { Actor, Hash } from '../../space/automerge.ts'
import type { Edit } from '../../space/edits/edits.ts'
import type { SpaceId } from '../../space/ids.ts'
import { closeSpace, createSpace, type Space } from '../../space/space.ts'
import { checkName } from '../../space/value.ts'
import type { Migration } from '../../space/versions/migrations.ts'
import { PROFILE, type Vault } from '../../vault/vault.ts'
import type { SpaceSummary } from '../api/engine.ts'
import { EngineFailure, isDamage } from '../api/failure.ts'
import { type Subscribable, subscribable } from '../api/subscribable.ts'
import type { Examiner } from '../examine/examiner.ts'
import { unixSeconds } from '../scheduling/clock.ts'
import { openSession } from '../spaces/open-session.ts'
import type { SessionListeners, SpaceSession } from '../spaces/space-session.ts'
import { spaceStore } from '../spaces/space-store.ts'
import {
  addDevice,
  addSpace,
  type Home,
  homeTables,
  readHome,
  renameDevice,
  renameSpace,
  trashSpace,
  usePrekeys,
} from './home.ts'
import { type HeldSpace, heldSpaces, holdSpace, isKeyDamaged } from './key-ring.ts'
import { firstSignedPrekey, unusedPrekeys } from './prekeys.ts'

/** An unlocked profile: home, and every space that this device holds, opened when somebody asks for it. */
export interface ProfileSession {
  readonly vault: Vault
  readonly home: SpaceSession
  readonly homeState: Subscribable<Home>
  readonly device: DeviceId
  /** What this device was called when its profile was made; home knows a newer name. */
  readonly deviceName: string
  readonly spaces: Subscribable<readonly SpaceSummary[]>
  readonly held: ReadonlyMap<SpaceId, HeldSpace>
  /** Spaces of which something stored here was altered, removed or put back; the others are not touched by it. */
  readonly damaged: ReadonlySet<SpaceId>
  noteDamaged(space: SpaceId): void
  /** @throws {EngineFailure} `not-found`, `damaged` */
  open(space: SpaceId): Promise<SpaceSession>
  /**
   * Founds a space and lists it in home; a call that is repeated makes no second one.
   * @param name as home lists it
   */
  createSpace(call: string, name: string, make: MakeDocument): Promise<SpaceId>
  /** Holds a space that another own device listed this one in; its document arrives by sync. */
  adopt(held: HeldSpace, log: readonly Entry[]): Promise<void>
  setDeleted(space: SpaceId, deleted: boolean): Promise<void>
  /** @param device this one without */
  renameDevice(name: string, device?: string): Promise<void>
  /** Lists in home what this device holds; for a home that has just arrived. */
  listOwn(): Promise<void>
  /** One transaction in home. */
  commitHome(edits: readonly Edit[]): Promise<void>
  /** Closes every space; the vault stays open. */
  close(): Promise<void>
}

/** What is told of spaces as they are opened, change and arrive, and what they need. */
export interface ProfileListeners {
  readonly examiner: Examiner
  /** Versions of the format that this program knows; `MIGRATIONS` when left out. */
  readonly anchors?: readonly Migration[] | undefined
  sessionListeners(space: SpaceId): SessionListeners
  opened(session: SpaceSession): void
}

/** Milliseconds by which the time of a space's last change may be behind. */
const CHANGED_STEP = 1_000

/** A space's id: the first 16 bytes of the hash of its log's first entry. */
export const spaceIdOf = (root: EntryHash): SpaceId => toBase32(hexBytes(root).subarray(0, 16)) as SpaceId

/** A document as a new space begins with it. */
export interface NewDocument {
  readonly space: Space
  /** The hash of its first change. */
  readonly first: Hash
}

/** Makes the document of a new space; all in it is written by `actor`, which is of the device that founds the space. */
export type MakeDocument = (actor: Actor) => NewDocument | Promise<NewDocument>

/** A space that holds what these edits make. */
export const newDocument =
  (name: string, edits: readonly Edit[]): MakeDocument =>
  (actor) => {
    const made = createSpace(actor, checkName(name, 'a space'), unixSeconds())
    if (edits.length > 0) commitAlone(made.space, edits, unixSeconds())
    return made
  }

/** Everything that makes up a new space, on disk in one transaction. */
const foundSpace = async (
  vault: Vault,
  make: MakeDocument,
  others: Parameters<typeof createEntry>[1],
  call: string | undefined,
  marks: readonly { readonly key: readonly string[]; readonly value: (id: SpaceId) => Uint8Array }[],
): Promise<HeldSpace> => {
  const words = await vault.get(PROFILE, ['words', 'public'])
  if (!words) throw new EngineFailure('damaged', 'The profile holds no public half of its recovery words.')
  const keys = await newDeviceKeys()
  const { space, first } = await make(newActor(keys.sign.publicKey))
  try {
    const { handle } = space.resident
    const document = randomBytes(16)
    const entry = await createEntry(keys, others, words, document, first)
    const held: HeldSpace = { id: spaceIdOf(entry.hash), root: entry.hash, keys, call }
    const [head] = handle.getHeads()
    const statement = await makeStatement(entry.hash, document, head ?? first, keys.sign.publicKey, await signer(keys.sign))
    await vault.addArea(held.id)
    const part = { changes: [handle.save()], statements: [statement], calls: [] }
    await spaceStore(vault, held.id).append(
      part,
      [entry],
      [holdSpace(held), ...marks.map(({ key, value }) => ({ area: PROFILE, key, value: value(held.id) }))],
    )
    return held
  } finally {
    closeSpace(space)
  }
}

/** Makes home in a fresh vault. @param name what other devices call this one */
export const foundHome = async (vault: Vault, name: string): Promise<void> => {
  checkName(name, 'this device')
  await foundSpace(vault, newDocument('Home', homeTables()), [], undefined, [
    { key: ['home'], value: (id) => utf8(id) },
    { key: ['device name'], value: () => utf8(name) },
  ])
}

/** Whether a vault has a home; one whose making was cut short has none. */
export const hasHome = async (vault: Vault): Promise<boolean> => (await vault.get(PROFILE, ['home'])) !== undefined

/** What another own device gives to one that it takes in. */
export interface Welcome {
  readonly root: EntryHash
  /** This device's keys in that home, as its log lists them. */
  readonly keys: DeviceKeys
  readonly log: readonly Entry[]
  /** The public half that the person's recovery words stand for. */
  readonly words: Uint8Array
}

/**
 * Puts another home in the place of this device's own. What is in the old one's spaces stays: they are listed in the new one.
 * The old home's document goes, with the key that opened it.
 */
export const joinHome = async (vault: Vault, former: SpaceId, { root, keys, log, words }: Welcome): Promise<void> => {
  const id = spaceIdOf(root)
  await vault.addArea(id)
  await spaceStore(vault, id).appendLog(log)
  await vault.removeArea(former, [
    holdSpace({ id, root, keys, call: undefined }),
    { area: PROFILE, key: ['home'], value: utf8(id) },
    { area: PROFILE, key: ['words'], value: undefined },
    { area: PROFILE, key: ['words', 'public'], value: words },
    { area: PROFILE, key: ['space', former], value: undefined },
  ])
}

export const openProfile = async (vault: Vault, listeners: ProfileListeners): Promise<ProfileSession> => {
  const homeId = await vault.get(PROFILE, ['home'])
  const name = await vault.get(PROFILE, ['device name'])
  const held = new Map((await heldSpaces(vault)).map((each) => [each.id, each]))
  const homeHeld = homeId && held.get(fromUtf8(homeId) as SpaceId)
  if (!homeHeld || !name) throw new EngineFailure('damaged', 'This profile holds no home. Restore it from another device.')

  const sessions = new Map<SpaceId, Promise<SpaceSession>>()
  const openHeld = ({ id, root, keys }: HeldSpace): Promise<SpaceSession> => {
    const known = sessions.get(id)
    if (known) return known
    const opening = openSession(id, root, keys, spaceStore(vault, id), listenersOf(id), {
      ...listeners.examiner,
      ...(listeners.anchors && { anchors: listeners.anchors }),
    }).then((session) => {
      session.state.watch(() => {
        if (session.arrived) awaited.delete(id)
        else awaited.add(id)
        refreshSpaces()
      })
      listeners.opened(session)
      return session
    })
    sessions.set(id, opening)
    opening.catch((error: unknown) => {
      sessions.delete(id)
      if (isDamage(error)) noteDamaged(id)
    })
    return opening
  }

  const listenersOf = (id: SpaceId): SessionListeners => {
    const told = listeners.sessionListeners(id)
    if (id !== homeHeld.id) {
      return {
        ...told,
        persisted() {
          const before = changes.get(id) ?? 0
          changes.set(id, Date.now())
          if (Date.now() - before >= CHANGED_STEP) refreshSpaces()
          told.persisted?.()
        },
      }
    }
    return {
      ...told,
      persisted() {
        refreshHome()
        told.persisted?.()
      },
      reloaded() {
        refreshHome()
        told.reloaded?.()
      },
    }
  }

  const damaged = new Set<SpaceId>()
  const noteDamaged = (id: SpaceId) => {
    if (damaged.has(id)) return
    damaged.add(id)
    refreshSpaces()
  }
  const awaited = new Set<SpaceId>()
  const changes = new Map<SpaceId, number>()
  const names = new Map<SpaceId, string>()
  const spaces = subscribable<readonly SpaceSummary[]>([])
  const homeState = subscribable<Home>({ devices: [], spaces: [], prekeys: [] })
  const refreshSpaces = () =>
    spaces.set(
      homeState.value.spaces.map(({ space, name, deleted }) => ({
        id: space,
        name: names.get(space) ?? name,
        arriving: !damaged.has(space) && (!held.has(space) || awaited.has(space)),
        damaged: damaged.has(space),
        deleted,
        changed: changes.get(space),
      })),
    )
  const refreshHome = () => {
    if (!home.arrived) return
    homeState.set(readHome(home.space()))
    refreshSpaces()
  }

  const home: SpaceSession = await openHeld(homeHeld)
  const device = deviceId(home.keys.sign.publicKey)
  const commitHome = async (edits: readonly Edit[]): Promise<void> => {
    if (edits.length > 0) await home.commit(crypto.randomUUID(), edits)
  }
  refreshHome()
  for (const { space } of homeState.value.spaces) if (!held.has(space) && (await isKeyDamaged(vault, space))) noteDamaged(space)

  /** What home is to hold of this device: itself, and spaces that home has not heard of (yet). */
  const listOwn = async (): Promise<void> => {
    const edits: Edit[] = []
    // Home itself: what is shown of it is told a moment after it has arrived, and everything would be listed a second time.
    const { devices, spaces: listed } = readHome(home.space())
    if (!devices.some((each) => each.device === device)) edits.push(addDevice(home.space(), device, fromUtf8(name)))
    for (const each of held.values()) {
      if (each.id === homeHeld.id || listed.some(({ space }) => space === each.id)) continue
      try {
        edits.push(addSpace(home.space(), each.id, each.root, (await openHeld(each)).state.value.schema.name))
      } catch (error) {
        // It stays out of home until it can be read; what is whole goes on.
        if (!isDamage(error)) throw error
      }
    }
    await commitHome(edits)
  }
  if (home.arrived) await listOwn()

  const openById = async (id: SpaceId): Promise<SpaceSession> => {
    const found = held.get(id)
    if (!found && damaged.has(id)) throw new EngineFailure('damaged', `The keys of space ${id} were altered on this device.`)
    if (!found || id === homeHeld.id) throw new EngineFailure('not-found', `The space ${id} is not on this device.`)
    const session = await openHeld(found)
    if (!session.arrived) return session
    const { name } = session.state.value.schema
    const listed = homeState.value.spaces.find(({ space }) => space === id)
    names.set(id, name)
    if (listed && listed.name !== name) await commitHome([renameSpace(home.space(), listed, name)])
    return session
  }

  return {
    vault,
    home,
    homeState,
    device,
    deviceName: fromUtf8(name),
    spaces,
    held,
    damaged,
    noteDamaged,
    open: openById,
    async createSpace(call, name, make) {
      const again = [...held.values()].find((each) => each.call === call)
      if (again) return again.id
      const { devices, prekeys } = homeState.value
      const rows = devices
        .filter((each) => each.device !== device)
        .map((each) => firstSignedPrekey(home, unusedPrekeys(prekeys, each.device, device)))
      const others = (await Promise.all(rows)).filter((keys) => keys !== undefined)
      const made = await foundSpace(vault, make, others, call, [])
      held.set(made.id, made)
      await commitHome([
        addSpace(home.space(), made.id, made.root, name),
        ...others.map((keys) => usePrekeys(home.space(), keys, made.id)),
      ])
      return made.id
    },
    async adopt(arrived, log) {
      if (held.has(arrived.id)) return
      await vault.addArea(arrived.id)
      await spaceStore(vault, arrived.id).appendLog(log)
      await vault.write([holdSpace(arrived)])
      held.set(arrived.id, arrived)
      damaged.delete(arrived.id)
      awaited.add(arrived.id)
      refreshSpaces()
    },
    async setDeleted(id, deleted) {
      const listed = homeState.value.spaces.find(({ space }) => space === id)
      if (!listed) throw new EngineFailure('not-found', `There is no space ${id} to ${deleted ? 'delete' : 'put back'}.`)
      await commitHome([trashSpace(home.space(), listed, deleted)])
    },
    async renameDevice(next, id = device) {
      const meant = homeState.value.devices.find((each) => each.device === id)
      if (!meant) throw new EngineFailure('not-found', `None of your devices has the id ${id}. Read the ids from "devices".`)
      await commitHome([renameDevice(home.space(), meant, checkName(next, 'this device'))])
    },
    commitHome,
    listOwn,
    async close() {
      for (const session of await Promise.allSettled(sessions.values()))
        if (session.status === 'fulfilled') await session.value.close()
    },
  }
}

import type { SpaceId } from '../../space/ids.ts'
import { EMPTY_SCHEMA } from '../../space/schema.ts'
import type { Migration } from '../../space/versions/migrations.ts'
import { templateEdits } from '../../templates/template-edits.ts'
import { templateOf } from '../../templates/templates.ts'
import type { Backend } from '../../vault/backends/backend.ts'
import { createVault, hasProfile, openVault, openVaultWithKey } from '../../vault/open-vault.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Calls, OpenSpace, ProfileState, Watches } from '../api/engine.ts'
import { EngineFailure, locked } from '../api/failure.ts'
import { report } from '../api/report.ts'
import { type AnyCall, type AnyWatch, type CallHandlers, serveRpc, type WatchHandlers } from '../api/rpc.ts'
import { follow, subscribable } from '../api/subscribable.ts'
import type { EngineSettings } from '../api/worker-messages.ts'
import type { Examiner } from '../examine/examiner.ts'
import type { Feed } from '../index/feed.ts'
import { type ShownSpace, type ShownSpaces, shownSpaces } from '../index/shown-spaces.ts'
import { attempts } from '../profile/attempts.ts'
import { foundHome, hasHome, newDocument } from '../profile/founding.ts'
import { type NetworkSettings, networkSettings } from '../profile/network-settings.ts'
import { openProfile, type ProfileSession } from '../profile/profile-session.ts'
import type { UnlockSharing } from '../profile/unlock-sharing.ts'
import type { SpaceSession } from '../spaces/space-session.ts'

/** What the documents engine stands on; the same in a worker and in Node. */
export interface Surroundings {
  openBackend(): Promise<Backend>
  readonly feed: Feed
  /** Looks into documents that may do harm, in threads that are thrown away. */
  readonly examiner: Examiner
  /** What the server that the app came from says of itself; undefined when it cannot be reached, so that what it said last holds. */
  readonly server: EngineSettings | undefined
  /** Versions of the format that this program knows, oldest first; those of `MIGRATIONS` when left out. */
  readonly anchors?: readonly Migration[] | undefined
  /** Where several tabs share an open profile; without, only the passphrase opens it. */
  readonly sharing?: UnlockSharing
  /** Called after locking: this engine is done, and its keys are to go with the worker. */
  ended(): void
  /** Makes the parts of the engine that work on an open profile, such as sync: once, when it is first unlocked. */
  parts(network: NetworkSettings): readonly EngineModule[]
}

/** Adds calls and watches, and follows the profile and its spaces. */
export interface EngineModule {
  readonly calls: CallHandlers
  readonly watches: WatchHandlers
  /** Told again each time the profile is opened; home is open by then. */
  profileOpened(profile: ProfileSession, core: Core): void
  /** Home is told of before the profile. */
  spaceOpened?(session: SpaceSession): void
  /** Its document or its log holds something new, on disk. */
  spaceChanged?(session: SpaceSession): void
  /** The profile is about to be closed; another one may be opened afterwards. */
  ended(): Promise<void>
}

/** What a part may ask of the engine as a whole. */
export interface Core {
  /** A space with its index, opened when it is not. @throws {EngineFailure} `locked` */
  show(id: SpaceId): ShownSpace
  /** The same, once its index shows all that the document holds. */
  ready(id: SpaceId): Promise<SpaceSession>
  /** Resolves when the index of a space has every change made so far; at once where no index is kept. */
  indexed(id: SpaceId): Promise<void>
  readonly feed: Feed
  readonly examiner: Examiner
  /** Shows a space that the profile does not hold, such as an archive, for as long as it is looked at. */
  lookAt(id: SpaceId, shown: ShownSpace): void
  lookAway(id: SpaceId): void
  /** Closes every space, lets `change` alter what the vault holds, and opens the profile anew. */
  reopen(change: (vault: Vault) => Promise<void>): Promise<ProfileSession>
}

/** What a device is called whose name was never stored. */
const UNNAMED = 'This device'

const EMPTY_SPACE: OpenSpace = { ready: false, schema: EMPTY_SCHEMA, undo: undefined, redo: undefined }

/** Starts the engine over its storage. @returns what serves one more tab */
export const startDocuments = async (surroundings: Surroundings): Promise<(port: MessagePort) => void> => {
  const { feed } = surroundings
  const backend = await surroundings.openBackend()
  const tries = attempts(backend)
  const profileState = subscribable<ProfileState>({ kind: (await hasProfile(backend)) ? 'locked' : 'none' })
  let shown: ShownSpaces | undefined
  /** What is shown beside the spaces of the profile. */
  const lookedAt = new Map<SpaceId, ShownSpace>()
  const open = subscribable<ProfileSession | undefined>(undefined)
  /** None before unlocking: what they need to know of the network lies sealed. */
  const made = subscribable<readonly EngineModule[]>([])
  let parts: readonly EngineModule[] = []
  let publicUrl: string | undefined
  let takesOver = false
  /** Whether a space is shown as its copy has it while its document loads. */
  let showsCopies = true

  const opened = (): ProfileSession => {
    if (!open.value) throw locked()
    return open.value
  }

  const makeParts = async (vault: Vault): Promise<void> => {
    if (parts.length > 0) return
    const network = await networkSettings(vault, surroundings.server)
    publicUrl = network.publicUrl
    parts = surroundings.parts(network)
  }

  /** Lets a waiting tab take over while this profile is open. */
  const share = async (vault: Vault): Promise<void> => {
    const { sharing } = surroundings
    if (!sharing) return
    const locks = await sharing.readLocks()
    if (open.value) sharing.share({ key: vault.unlockKey, locks })
  }

  const begin = async (vault: Vault): Promise<void> => {
    await makeParts(vault)
    const sessions = new Map<SpaceId, SpaceSession>()
    const after = (id: SpaceId, work: (session: SpaceSession) => void) => {
      const session = sessions.get(id)
      if (session) work(session)
    }
    const opening = await openProfile(vault, {
      examiner: surroundings.examiner,
      anchors: surroundings.anchors,
      sessionListeners: (id) => ({
        applied: (touched) => shown?.applied(id, touched),
        lookUp: async (lookups) => shown?.lookUp(id, lookups),
        persisted: () =>
          after(id, (session) => {
            for (const part of parts) part.spaceChanged?.(session)
          }),
        logChanged: () =>
          after(id, (session) => {
            for (const part of parts) part.spaceChanged?.(session)
          }),
        reloaded: () => shown?.reloaded(id),
      }),
      opened(session) {
        sessions.set(session.id, session)
        for (const part of parts) part.spaceOpened?.(session)
      },
    })
    // A tab that takes over shows the newest state already: an older copy must not replace it.
    showsCopies = !takesOver
    shown = shownSpaces(opening, feed, { showCopies: showsCopies })
    open.set(opening)
    opening.homeState.watch(({ devices }) => {
      const own = devices.find(({ device }) => device === opening.device)
      profileState.set({
        kind: 'open',
        device: own?.name ?? opening.deviceName,
        publicUrl,
        arriving: !opening.home.arrived,
      })
    })
    for (const part of parts) part.profileOpened(opening, core)
    if (made.value !== parts) made.set(parts)
    await share(vault).catch(report)
  }

  /** Opens the profile that another tab had open until it was closed. */
  const takeOver = async (): Promise<void> => {
    const { sharing } = surroundings
    const { inherited } = sharing ?? {}
    if (!sharing || !inherited || inherited.locks !== (await sharing.readLocks())) return
    takesOver = true
    try {
      await begin(await openVaultWithKey(backend, inherited.key))
    } catch (error) {
      // The passphrase opens it, for example when the key was replaced at that moment.
      report(error)
    }
    takesOver = false
  }

  /** Closes every space; the vault stays open. */
  const end = async (): Promise<ProfileSession | undefined> => {
    for (const part of parts) await part.ended()
    const closing = open.value
    await shown?.close()
    shown = undefined
    open.set(undefined)
    await closing?.close()
    return closing
  }

  const core: Core = {
    feed,
    examiner: surroundings.examiner,
    lookAt: (id, space) => void lookedAt.set(id, space),
    lookAway: (id) => void lookedAt.delete(id),
    show: (id) => show(id),
    ready: (id) => ready(id),
    indexed: async (id) => shown?.settled(id),
    async reopen(change) {
      const { vault } = opened()
      await end()
      await change(vault)
      await begin(vault)
      return opened()
    },
  }

  const show = (id: SpaceId): ShownSpace => {
    opened()
    if (!shown) throw locked()
    return lookedAt.get(id) ?? shown.open(id)
  }

  const ready = async (id: SpaceId): Promise<SpaceSession> => {
    const { session, filled } = show(id)
    await filled
    return session
  }

  const calls: CallHandlers = {
    async createProfile({ name, passphrase }) {
      const vault = await createVault(backend, passphrase)
      await foundHome(vault, name)
      await begin(vault)
    },
    unlock: ({ passphrase }) =>
      tries.run(async () => {
        if (open.value) return
        const vault = await openVault(backend, passphrase)
        // The program ended between making the vault and making home in it: nothing was lost, for nothing was there.
        if (!(await hasHome(vault))) await foundHome(vault, UNNAMED)
        await begin(vault)
      }),
    async lock() {
      if (!open.value) return
      const { sharing } = surroundings
      // First of all: if this tab is closed while it locks, no other tab may take over.
      sharing?.share(undefined)
      await sharing?.countLock().catch(report)
      const closed = await end()
      await closed?.vault.close()
      profileState.set({ kind: 'locked' })
      surroundings.ended()
    },
    async changePassphrase({ from, to }) {
      const { vault } = opened()
      await vault.changePassphrase(from, to)
      await share(vault).catch(report)
    },
    renameDevice: ({ name, device }) => opened().renameDevice(name, device),
    async createSpace({ name, template }, { id }) {
      const edits = template === undefined ? [] : templateEdits(templateOf(template))
      return { space: await opened().createSpace(id, name, newDocument(name, edits)) }
    },
    deleteSpace: ({ space }) => opened().setDeleted(space, true),
    restoreSpace: ({ space }) => opened().setDeleted(space, false),
    commit: async ({ space, edits }, { id, answer }) => (await ready(space)).commit(id, edits, answer),
    undo: async ({ space }) => (await ready(space)).undo(),
    redo: async ({ space }) => (await ready(space)).redo(),
  }

  const watches: WatchHandlers = {
    profile: (_, push) => profileState.watch(push),
    spaces: (_, push) => follow(open, (profile) => profile?.spaces.watch(push)),
    schema: ({ space }, push, fail) =>
      follow(open, (profile) => profile && whenHeld(profile, space, () => showSpace(space, push, fail), fail)),
  }

  /** Begins as soon as the profile holds the space: it may be on its way from another device. Fails while home does not list it. */
  const whenHeld = (
    profile: ProfileSession,
    space: SpaceId,
    begin: () => () => void,
    fail: (error: unknown) => void,
  ): (() => void) => {
    let stop: (() => void) | undefined
    let failed = false
    const unwatch = profile.spaces.watch((spaces) => {
      if (stop) return
      // What cannot be read is not on its way either: opening it fails with the reason.
      if (profile.held.has(space) || profile.damaged.has(space) || lookedAt.has(space)) stop = begin()
      else if (!failed && profile.home.arrived && !spaces.some(({ id }) => id === space)) {
        failed = true
        fail(new EngineFailure('not-found', `The space ${space} is not on this device.`))
      }
    })
    return () => {
      unwatch()
      stop?.()
    }
  }

  const showSpace = (space: SpaceId, push: (state: OpenSpace) => void, fail: (error: unknown) => void): (() => void) => {
    let unwatch: (() => void) | undefined
    let stopped = false
    const begin = async () => {
      const { early, session: opening, filled: filling } = show(space)
      const unwatchEarly = early.watch((schema) => schema && push({ ...EMPTY_SPACE, schema }))
      unwatch = unwatchEarly
      const session = await opening
      unwatchEarly()
      if (!showsCopies) await filling
      if (stopped) return
      let filled = false
      const tell = (state: OpenSpace) => push({ ...state, ready: state.ready && filled })
      unwatch = session.state.watch(tell)
      await filling
      filled = true
      if (!stopped) tell(session.state.value)
    }
    begin().catch(fail)
    return () => {
      stopped = true
      unwatch?.()
    }
  }

  const callOf = (name: keyof Calls): AnyCall | undefined => {
    const handler = (calls[name] ?? parts.map((part) => part.calls[name]).find(Boolean)) as AnyCall | undefined
    // It may be one of a part that is made with unlocking.
    return handler ?? (parts.length > 0 ? undefined : async () => opened())
  }

  const watchOf = (name: keyof Watches): AnyWatch | undefined => {
    const handlerIn = (all: readonly EngineModule[]) =>
      (watches[name] ?? all.map((part) => part.watches[name]).find(Boolean)) as AnyWatch | undefined
    if (parts.length > 0) return handlerIn(parts)
    return handlerIn([]) ?? ((input, push, fail) => follow(made, (now) => handlerIn(now)?.(input, push, fail)))
  }

  await takeOver().catch(report)
  return (port) => {
    serveRpc(port, callOf, watchOf)
  }
}

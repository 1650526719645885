import type { SpaceId } from '../../space/ids.ts'
import type { Migration } from '../../space/versions/migrations.ts'
import { templateEdits } from '../../templates/template-edits.ts'
import { templateOf } from '../../templates/templates.ts'
import type { Backend } from '../../vault/backends/backend.ts'
import { createVault, hasProfile, openVault, openVaultWithKey } from '../../vault/open-vault.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Calls, ProfileState, Watches } from '../api/engine.ts'
import { locked } from '../api/failure.ts'
import { report } from '../api/report.ts'
import { type AnyCall, type AnyWatch, type CallHandlers, serveRpc, type WatchHandlers } from '../api/rpc.ts'
import { follow, subscribable } from '../api/subscribable.ts'
import type { EngineSettings } from '../api/worker-messages.ts'
import type { Examiner } from '../examine/examiner.ts'
import type { Feed } from '../index/feed.ts'
import { type ShownSpace, type ShownSpaces, shownSpaces } from '../index/shown-spaces.ts'
import { type Attempts, attempts } from '../profile/attempts.ts'
import { foundHome, hasHome, newDocument } from '../profile/founding.ts'
import { type NetworkSettings, networkSettings } from '../profile/network-settings.ts'
import { openProfile, type ProfileSession } from '../profile/profile-session.ts'
import type { UnlockSharing } from '../profile/unlock-sharing.ts'
import type { SessionListeners, SpaceSession } from '../spaces/space-session.ts'
import type { Core, EngineModule } from './engine-module.ts'
import { watchSchema } from './watch-schema.ts'

/** The platform dependencies of the engine, in a worker or in Node. */
export interface DocumentsOptions {
  openBackend(): Promise<Backend>
  readonly feed: Feed
  /** Validates untrusted documents in disposable workers. */
  readonly examiner: Examiner
  /** Settings that the app's server sent; undefined when it is unreachable, so that the stored ones apply. */
  readonly server: EngineSettings | undefined
  /** Format versions that this program knows, oldest first; `MIGRATIONS` by default. */
  readonly migrations?: readonly Migration[] | undefined
  /** Shares an open profile between tabs. Without it, only the passphrase opens the profile. */
  readonly sharing?: UnlockSharing
  /** Called after locking: the worker must be terminated, so that its keys leave memory. */
  ended(): void
  /** Creates the modules that need an open profile, such as sync. Called once, at the first unlocking. */
  modules(network: NetworkSettings): readonly EngineModule[]
}

/** The name of a device whose name was never stored. */
const UNNAMED = 'This device'

/** Starts the engine over its storage. @returns a function that serves one more tab */
export const startDocuments = async (options: DocumentsOptions): Promise<(port: MessagePort) => void> => {
  const backend = await options.openBackend()
  const documents = new Documents(options, backend, { kind: (await hasProfile(backend)) ? 'locked' : 'none' })
  await documents.takeOver().catch(report)
  return (port) => {
    serveRpc(
      port,
      (name) => documents.callOf(name),
      (name) => documents.watchOf(name),
    )
  }
}

class Documents {
  readonly #options: DocumentsOptions
  readonly #backend: Backend
  readonly #attempts: Attempts
  readonly #state: ReturnType<typeof subscribable<ProfileState>>
  readonly #profile = subscribable<ProfileSession | undefined>(undefined)
  /** Empty before the first unlocking: the network settings that modules need are encrypted. */
  #modules: readonly EngineModule[] = []
  /** `#modules`, set when they follow an open profile. */
  readonly #startedModules = subscribable<readonly EngineModule[]>([])
  /** Shown spaces that the profile does not hold. */
  readonly #extraShown = new Map<SpaceId, ShownSpace>()
  #shown: ShownSpaces | undefined
  #publicUrl: string | undefined
  #takesOver = false
  /** Whether the stored copy of a space is shown while its document loads. */
  #showsCopies = true

  constructor(options: DocumentsOptions, backend: Backend, state: ProfileState) {
    this.#options = options
    this.#backend = backend
    this.#attempts = attempts(backend)
    this.#state = subscribable(state)
  }

  /** Opens the profile that another tab had open until it was closed. */
  async takeOver(): Promise<void> {
    const { sharing } = this.#options
    const { inherited } = sharing ?? {}
    if (!sharing || !inherited || inherited.locks !== (await sharing.readLocks())) return
    this.#takesOver = true
    try {
      await this.#begin(await openVaultWithKey(this.#backend, inherited.key))
    } catch (error) {
      // The key may have been replaced just now. The user can still unlock with the passphrase.
      report(error)
    }
    this.#takesOver = false
  }

  callOf(name: keyof Calls): AnyCall | undefined {
    const handler = (this.#calls[name] ?? this.#modules.map(({ calls }) => calls[name]).find(Boolean)) as AnyCall | undefined
    // Before the first unlocking, the call may belong to a module that does not exist yet.
    return handler ?? (this.#modules.length > 0 ? undefined : async () => this.#opened())
  }

  watchOf(name: keyof Watches): AnyWatch | undefined {
    const handlerIn = (modules: readonly EngineModule[]) =>
      (this.#watches[name] ?? modules.map(({ watches }) => watches[name]).find(Boolean)) as AnyWatch | undefined
    const handler = handlerIn(this.#modules)
    if (handler || this.#modules.length > 0) return handler
    return (input, push, fail) => follow(this.#startedModules, (modules) => handlerIn(modules)?.(input, push, fail))
  }

  readonly #calls: CallHandlers = {
    createProfile: async ({ name, passphrase }) => {
      const vault = await createVault(this.#backend, passphrase)
      await foundHome(vault, name)
      await this.#begin(vault)
    },
    unlock: ({ passphrase }) =>
      this.#attempts.run(async () => {
        if (this.#profile.value) return
        const vault = await openVault(this.#backend, passphrase)
        // The program ended after creating the vault and before creating home: the vault is empty.
        if (!(await hasHome(vault))) await foundHome(vault, UNNAMED)
        await this.#begin(vault)
      }),
    lock: async () => {
      if (!this.#profile.value) return
      const { sharing, ended } = this.#options
      // First revoke the shared key, so that no other tab takes over if this one is closed while it locks.
      sharing?.share(undefined)
      await sharing?.countLock().catch(report)
      const closed = await this.#end()
      await closed?.vault.close()
      this.#state.set({ kind: 'locked' })
      ended()
    },
    changePassphrase: async ({ from, to }) => {
      const { vault } = this.#opened()
      // The old passphrase is guessed here as well as at unlocking.
      await this.#attempts.run(() => vault.changePassphrase(from, to))
      await this.#share(vault).catch(report)
    },
    renameDevice: async ({ name, device }) => this.#opened().renameDevice(name, device),
    createSpace: async ({ name, template }, { id }) => {
      const edits = template === undefined ? [] : templateEdits(templateOf(template))
      return { space: await this.#opened().createSpace(id, name, newDocument(name, edits)) }
    },
    deleteSpace: async ({ space }) => this.#opened().setDeleted(space, true),
    restoreSpace: async ({ space }) => this.#opened().setDeleted(space, false),
    commit: async ({ space, edits }, { id, answer }) => (await this.#ready(space)).commit(id, edits, answer),
    undo: async ({ space }) => (await this.#ready(space)).undo(),
    redo: async ({ space }) => (await this.#ready(space)).redo(),
  }

  readonly #watches: WatchHandlers = {
    profile: (_, push) => this.#state.watch(push),
    spaces: (_, push) => follow(this.#profile, (profile) => profile?.spaces.watch(push)),
    schema: ({ space }, push, fail) =>
      follow(this.#profile, (profile) => {
        if (!profile) return undefined
        const isShown = (id: SpaceId) => this.#extraShown.has(id)
        const show = (id: SpaceId) => this.#show(id)
        return watchSchema(space, { profile, isShown, show, showsCopies: this.#showsCopies }, push, fail)
      }),
  }

  #core(): Core {
    const { feed, examiner } = this.#options
    return {
      feed,
      examiner,
      addShown: (id, space) => void this.#extraShown.set(id, space),
      removeShown: (id) => void this.#extraShown.delete(id),
      show: (id) => this.#show(id),
      ready: (id) => this.#ready(id),
      indexed: async (id) => this.#shown?.settled(id),
      reopen: async (change) => {
        const { vault } = this.#opened()
        await this.#end()
        await change(vault)
        await this.#begin(vault)
        return this.#opened()
      },
    }
  }

  #opened(): ProfileSession {
    if (!this.#profile.value) throw locked()
    return this.#profile.value
  }

  #show(id: SpaceId): ShownSpace {
    this.#opened()
    if (!this.#shown) throw locked()
    return this.#extraShown.get(id) ?? this.#shown.open(id)
  }

  async #ready(id: SpaceId): Promise<SpaceSession> {
    const { session, filled } = this.#show(id)
    await filled
    return session
  }

  async #begin(vault: Vault): Promise<void> {
    const { examiner, migrations, feed } = this.#options
    const modules = await this.#makeModules(vault)
    const sessions = new Map<SpaceId, SpaceSession>()
    const profile = await openProfile(vault, {
      examiner,
      migrations,
      sessionListeners: (id) => this.#listenersOf(id, modules, sessions),
      opened(session) {
        sessions.set(session.id, session)
        for (const module of modules) module.spaceOpened?.(session)
      },
    })
    // A tab that takes over already shows the newest state: an older copy must not replace it.
    this.#showsCopies = !this.#takesOver
    this.#shown = shownSpaces(profile, feed, { showCopies: this.#showsCopies })
    this.#profile.set(profile)
    profile.homeState.watch(({ devices }) => {
      const own = devices.find(({ device }) => device === profile.device)
      const device = own?.name ?? profile.deviceName
      this.#state.set({ kind: 'open', device, publicUrl: this.#publicUrl, arriving: !profile.home.arrived })
    })
    for (const module of modules) module.profileOpened(profile, this.#core())
    if (this.#startedModules.value !== modules) this.#startedModules.set(modules)
    await this.#share(vault).catch(report)
  }

  async #makeModules(vault: Vault): Promise<readonly EngineModule[]> {
    if (this.#modules.length > 0) return this.#modules
    const network = await networkSettings(vault, this.#options.server)
    this.#publicUrl = network.publicUrl
    this.#modules = this.#options.modules(network)
    return this.#modules
  }

  #listenersOf(id: SpaceId, modules: readonly EngineModule[], sessions: ReadonlyMap<SpaceId, SpaceSession>): SessionListeners {
    /** Modules are not notified about a space that is still being opened. */
    const forModules = (notify: (module: EngineModule, session: SpaceSession) => void) => () => {
      const session = sessions.get(id)
      if (session) for (const module of modules) notify(module, session)
    }
    return {
      applied: (touched) => this.#shown?.applied(id, touched),
      reloaded: () => this.#shown?.reloaded(id),
      lookUp: async (lookups) => this.#shown?.lookUp(id, lookups),
      persisted: forModules((module, session) => module.spaceChanged?.(session)),
      logChanged: forModules((module, session) => module.spaceChanged?.(session)),
    }
  }

  /** Lets a waiting tab take over while this profile is open. */
  async #share(vault: Vault): Promise<void> {
    const { sharing } = this.#options
    if (!sharing) return
    const locks = await sharing.readLocks()
    if (this.#profile.value) sharing.share({ key: vault.unlockKey, locks })
  }

  /** Closes every space; the vault stays open. */
  async #end(): Promise<ProfileSession | undefined> {
    for (const module of this.#modules) await module.ended()
    const closing = this.#profile.value
    await this.#shown?.close()
    this.#shown = undefined
    this.#profile.set(undefined)
    await closing?.close()
    return closing
  }
}

import type { SpaceId } from '../../space/ids.ts'
import type { Vault } from '../../vault/vault.ts'
import type { CallHandlers, WatchHandlers } from '../api/rpc.ts'
import type { Examiner } from '../examine/examiner.ts'
import type { Feed } from '../index/feed.ts'
import type { ShownSpace } from '../index/shown-spaces.ts'
import type { ProfileSession } from '../profile/profile-session.ts'
import type { SpaceSession } from '../spaces/space-session.ts'

/** A module of the engine: adds calls and watches, and is notified about the profile and its spaces. */
export interface EngineModule {
  readonly calls: CallHandlers
  readonly watches: WatchHandlers
  /** Called each time the profile is opened, after `spaceOpened` for home. */
  profileOpened(profile: ProfileSession, core: Core): void
  spaceOpened?(session: SpaceSession): void
  /** The document or the log of a space has changed on disk. */
  spaceChanged?(session: SpaceSession): void
  /** The profile is about to be closed; another one may be opened afterwards. */
  ended(): Promise<void>
}

/** The functions of the engine that modules may use. */
export interface Core {
  /** A space with its index; opens it on first use. @throws {EngineFailure} `locked` */
  show(id: SpaceId): ShownSpace
  /** The session of a space. Resolves when its index has the whole document. */
  ready(id: SpaceId): Promise<SpaceSession>
  /** Resolves when the index of a space has every change applied so far; at once for a space without an index. */
  indexed(id: SpaceId): Promise<void>
  readonly feed: Feed
  readonly examiner: Examiner
  /** Shows a space that the profile does not hold, such as an archive, until `removeShown`. */
  addShown(id: SpaceId, shown: ShownSpace): void
  removeShown(id: SpaceId): void
  /** Closes every space, lets `change` alter the vault, and opens the profile again. */
  reopen(change: (vault: Vault) => Promise<void>): Promise<ProfileSession>
}

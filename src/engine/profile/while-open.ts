import { locked } from '../api/failure.ts'
import type { Core, EngineModule } from '../workers/engine-module.ts'
import type { ProfileSession } from './profile-session.ts'

/** An open profile, and the engine it is open in. */
export interface Opened {
  readonly profile: ProfileSession
  readonly core: Core
}

/** Keeps the profile for a part of the engine, for as long as one is open. */
export interface WhileOpen {
  /** @throws {EngineFailure} `locked` while none is open */
  opened(): Opened
  /** The same; undefined while none is open. */
  current(): Opened | undefined
  /** Goes into the part, so that it follows the profile. */
  readonly follow: Pick<EngineModule, 'profileOpened' | 'ended'>
}

export const whileOpen = (): WhileOpen => {
  let current: Opened | undefined
  return {
    opened() {
      if (!current) throw locked()
      return current
    },
    current: () => current,
    follow: {
      profileOpened(profile, core) {
        current = { profile, core }
      },
      async ended() {
        current = undefined
      },
    },
  }
}

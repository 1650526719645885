import { locked } from '../api/failure.ts'
import type { Core, EngineModule } from '../workers/engine-module.ts'
import type { ProfileSession } from './profile-session.ts'

/** An open profile, and the engine that opened it. */
export interface Opened {
  readonly profile: ProfileSession
  readonly core: Core
}

/** Gives an engine module access to the profile while one is open. */
export interface WhileOpen {
  /** @throws {EngineFailure} `locked` while none is open */
  opened(): Opened
  /** Like `opened`, but undefined while none is open. */
  current(): Opened | undefined
  /** Hooks to spread into the module. */
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

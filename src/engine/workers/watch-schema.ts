import type { SpaceId } from '../../space/ids.ts'
import { EMPTY_SCHEMA } from '../../space/schema.ts'
import type { OpenSpace } from '../api/engine.ts'
import { EngineFailure } from '../api/failure.ts'
import type { ShownSpace } from '../index/shown-spaces.ts'
import type { ProfileSession } from '../profile/profile-session.ts'

const EMPTY_SPACE: OpenSpace = { ready: false, schema: EMPTY_SCHEMA, undo: undefined, redo: undefined }

export interface SchemaWatchDeps {
  readonly profile: ProfileSession
  /** Whether a space that the profile does not hold is shown, such as an archive. */
  readonly isShown: (space: SpaceId) => boolean
  readonly show: (space: SpaceId) => ShownSpace
  /** Whether the stored copy of a space may be shown while its document loads. */
  readonly showsCopies: boolean
}

/**
 * Emits the state of a space from the moment this device has its keys. Fails with `not-found` while home does not list it.
 * @returns a function that ends the watch
 */
export const watchSchema = (
  space: SpaceId,
  deps: SchemaWatchDeps,
  push: (state: OpenSpace) => void,
  fail: (error: unknown) => void,
): (() => void) => {
  const { profile, isShown } = deps
  let stop: (() => void) | undefined
  let failed = false
  const unwatch = profile.spaces.watch((spaces) => {
    if (stop) return
    // Opening a damaged space fails with the reason.
    if (profile.held.has(space) || profile.damaged.has(space) || isShown(space)) stop = watchShown(space, deps, push, fail)
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

const watchShown = (
  space: SpaceId,
  { show, showsCopies }: SchemaWatchDeps,
  push: (state: OpenSpace) => void,
  fail: (error: unknown) => void,
): (() => void) => {
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
    const emit = (state: OpenSpace) => push({ ...state, ready: state.ready && filled })
    unwatch = session.state.watch(emit)
    await filling
    filled = true
    if (!stopped) emit(session.state.value)
  }
  begin().catch(fail)
  return () => {
    stopped = true
    unwatch?.()
  }
}

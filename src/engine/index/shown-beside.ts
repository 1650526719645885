import type { SpaceId } from '../../space/ids.ts'

/**
 * The id of something that is shown beside a space, such as a past state of it: no id of a space has such a sign in it, so the
 * space itself may be shown at the same time.
 */
export const shownBeside = (space: SpaceId, what: string | number): SpaceId => `${space}@${what}` as SpaceId

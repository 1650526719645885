import type { SpaceId } from '../../space/ids.ts'
import type { SpaceSummary } from '../api/engine.ts'
import { subscribable } from '../api/subscribable.ts'
import type { HomeSpace } from './home.ts'

/** The maximum delay in milliseconds of the displayed time of the last change of a space. */
const CHANGED_STEP_MS = 1_000

/** The spaces that home lists, with their state on this device. */
export class SpaceList {
  readonly summaries = subscribable<readonly SpaceSummary[]>([])
  readonly #isHeld: (space: SpaceId) => boolean
  readonly #damaged = new Set<SpaceId>()
  /** Spaces whose document has not arrived. */
  readonly #awaited = new Set<SpaceId>()
  /** Milliseconds since 1970 of the last change. */
  readonly #changed = new Map<SpaceId, number>()
  /** Names from the spaces themselves. Those in home may be outdated. */
  readonly #names = new Map<SpaceId, string>()
  #listed: readonly HomeSpace[] = []

  /** @param isHeld whether this device has the keys of a space */
  constructor(isHeld: (space: SpaceId) => boolean) {
    this.#isHeld = isHeld
  }

  /** Spaces with stored data that was altered, removed or rolled back. */
  get damaged(): ReadonlySet<SpaceId> {
    return this.#damaged
  }

  find(space: SpaceId): HomeSpace | undefined {
    return this.#listed.find((each) => each.space === space)
  }

  setListed(listed: readonly HomeSpace[]): void {
    this.#listed = listed
    this.#emit()
  }

  setDamaged(space: SpaceId): void {
    if (this.#damaged.has(space)) return
    this.#damaged.add(space)
    this.#emit()
  }

  setArrived(space: SpaceId, arrived: boolean): void {
    if (arrived) this.#awaited.delete(space)
    else this.#awaited.add(space)
    this.#emit()
  }

  /** This device has received the keys of a space; its document arrives by sync. */
  setAdopted(space: SpaceId): void {
    this.#damaged.delete(space)
    this.setArrived(space, false)
  }

  /** Sets the name for the next emission, without emitting. */
  setName(space: SpaceId, name: string): void {
    this.#names.set(space, name)
  }

  setChangedNow(space: SpaceId): void {
    const before = this.#changed.get(space) ?? 0
    this.#changed.set(space, Date.now())
    if (Date.now() - before >= CHANGED_STEP_MS) this.#emit()
  }

  #emit(): void {
    this.summaries.set(
      this.#listed.map(({ space, name, deleted }) => ({
        id: space,
        name: this.#names.get(space) ?? name,
        arriving: !this.#damaged.has(space) && (!this.#isHeld(space) || this.#awaited.has(space)),
        damaged: this.#damaged.has(space),
        deleted,
        changed: this.#changed.get(space),
      })),
    )
  }
}

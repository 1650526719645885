import { refillPrekeys } from '../profile/own-devices.ts'
import type { ProfileSession } from '../profile/profile-session.ts'
import type { HomeLinks } from './home-links.ts'

/** Lists own devices in every space and links the spaces that both devices have. One run at a time; `request` repeats it. */
export class Reconciliation {
  readonly #profile: ProfileSession
  readonly #links: HomeLinks
  readonly #failed: (error: unknown) => void
  #running: Promise<void> | undefined
  #isRequested = false
  #hasEnded = false

  constructor(profile: ProfileSession, links: HomeLinks, failed: (error: unknown) => void) {
    this.#profile = profile
    this.#links = links
    this.#failed = failed
  }

  request(): void {
    if (this.#hasEnded) return
    this.#isRequested = true
    this.#running ??= this.#run()
  }

  /** Resolves when the current run has ended. */
  async end(): Promise<void> {
    this.#hasEnded = true
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#isRequested && !this.#hasEnded) {
      this.#isRequested = false
      await this.#reconcile().catch(this.#failed)
    }
    this.#running = undefined
  }

  async #reconcile(): Promise<void> {
    if (!this.#profile.home.arrived) return
    await this.#profile.listOwn().catch(this.#failed)
    await refillPrekeys(this.#profile).catch(this.#failed)
    for (const neighbour of this.#links.neighbours) await neighbour.reconcile().catch(this.#failed)
  }
}

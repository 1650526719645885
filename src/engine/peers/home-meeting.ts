import type { Discovery } from '../../discovery/discovery.ts'
import { type Rendezvous, type RendezvousOptions, rendezvous } from '../../discovery/rendezvous.ts'
import { renewIn } from '../../discovery/topics.ts'
import type { SpaceSession } from '../spaces/space-session.ts'
import { topicSubscriptions } from './topic-subscriptions.ts'

/** Meets the other own devices on the topics of home, which change every day. */
export class HomeMeeting {
  #rendezvous: Rendezvous | undefined
  #renewal: ReturnType<typeof setTimeout> | undefined
  #hasEnded = false

  async start(discovery: Discovery, home: SpaceSession, options: Pick<RendezvousOptions, 'open' | 'failed'>): Promise<void> {
    const met = await rendezvous({ discoveries: [discovery], subscriptions: await topicSubscriptions(home), ...options })
    if (this.#hasEnded) return met.end()
    this.#rendezvous = met
    const renew = () => {
      this.#renewal = setTimeout(async () => {
        await topicSubscriptions(home)
          .then((subscriptions) => met.move(subscriptions))
          .catch(options.failed)
        if (!this.#hasEnded) renew()
      }, renewIn(Date.now()))
    }
    renew()
  }

  /** Announces this device on the topics again. */
  call(): void {
    this.#rendezvous?.call()
  }

  end(): void {
    this.#hasEnded = true
    clearTimeout(this.#renewal)
    this.#rendezvous?.end()
  }
}

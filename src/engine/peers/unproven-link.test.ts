import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { eventually } from '../../../test/support/eventually.ts'
import { handClock } from '../../../test/support/hand-clock.ts'
import { startRelay } from '../../../test/support/relay.ts'
import { webrtcHost } from '../../../test/support/sessions.ts'
import { relayDiscovery } from '../../discovery/relay/relay.ts'
import { rendezvous } from '../../discovery/rendezvous.ts'
import type { Link } from '../../network/adapter/link.ts'
import { memoryBackend } from '../../vault/backends/memory-backend.ts'
import { createVault } from '../../vault/open-vault.ts'
import { examineHere } from '../examine/examination.ts'
import { foundHome } from '../profile/founding.ts'
import { openProfile } from '../profile/profile-session.ts'
import { syncModule } from './sync.ts'
import { topicSubscriptions } from './topic-subscriptions.ts'

/** The weakest parameters that Argon2id allows, to keep the tests fast. */
const QUICK = { salt: new Uint8Array(16), memory: 8, iterations: 1 }
/** Longer than any test, so that regular calls cannot hide a missing call. */
const NEVER_AGAIN = 2 ** 30

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** A device that syncs with a manual clock, and a device that meets it over the relay and never completes the handshake. */
const metUnproven = async (met: (link: Link) => void) => {
  const relay = await startRelay()
  ends.push(() => relay.stop())
  const vault = await createVault(memoryBackend(), 'correct horse', QUICK)
  await foundHome(vault, 'Laptop')
  const profile = await openProfile(vault, {
    examiner: { examine: examineHere, prepare: () => undefined },
    sessionListeners: () => ({}),
    opened: () => undefined,
  })
  const discover = (url: string) => {
    const discovery = relayDiscovery(url, { WebSocket: WebSocket as never })
    ends.push(() => discovery.close())
    return discovery
  }
  const clock = handClock()
  const part = syncModule(webrtcHost(ends), { publicUrl: undefined, relay: relay.url, iceServers: [] }, discover, clock)
  part.profileOpened?.(profile, undefined as never)
  const lock = async () => part.ended?.()
  ends.push(lock)

  const host = webrtcHost(ends)
  const other = await rendezvous({
    discoveries: [discover(relay.url)],
    subscriptions: await topicSubscriptions(profile.home),
    again: NEVER_AGAIN,
    open(_, polite) {
      const link = host.open({ polite, begin: !polite, identity: 'other' })
      link.opened().then(
        () => met(link),
        () => undefined,
      )
      return link
    },
    failed: (error) => {
      throw error
    },
  })
  ends.push(() => other.end())
  return { clock, lock }
}

describe('a link before the handshake', () => {
  it('is opened again soon after it closed', async () => {
    let links = 0
    const { clock } = await metUnproven((link) => {
      links += 1
      link.close()
    })
    await eventually(() => expect(links).toBe(1))
    // The regular call is due after 45 s at the earliest, by a clock that never advances.
    await eventually(() => {
      clock.turn(500)
      expect(links).toBeGreaterThan(1)
    })
  })

  it('is closed when the device is locked', async () => {
    const links: Link[] = []
    const { lock } = await metUnproven((link) => links.push(link))
    await eventually(() => expect(links).toHaveLength(1))
    await lock()
    await eventually(() => expect(links[0]?.state.kind).toBe('closed'))
  })
})

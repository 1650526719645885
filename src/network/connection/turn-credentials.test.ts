import wrtc from '@roamhq/wrtc'
import { afterEach, expect, it } from 'vitest'
import { findCoturn, startCoturn } from '../../../test/support/coturn.ts'
import type { Link } from '../adapter/link.ts'
import { join, makeDevice } from '../testing/linked-pair.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const coturn = findCoturn()
const title = 'restarts ICE with the newest TURN credentials, after those that the link opened with have expired'
/** Milliseconds that the first credentials are valid, enough to connect. */
const SHORT = 8_000

/** Resolves with the session description of the next offer of a link. */
const nextOffer = (link: Link): Promise<string> =>
  new Promise((resolve) => {
    const stop = link.onSignal((signal) => {
      if (signal.kind !== 'offer') return
      stop()
      resolve(signal.sdp)
    })
  })

it.skipIf(!coturn)(
  coturn ? title : `${title} (skipped: there is no coturn here; install one with: sudo apt-get install coturn)`,
  async () => {
    const turn = await startCoturn(coturn ?? '')
    ends.push(() => turn.stop())
    const { validFor } = turn
    const [one, other] = [makeDevice(wrtc.RTCPeerConnection as never), makeDevice(wrtc.RTCPeerConnection as never)]
    ends.push(
      () => one.end(),
      () => other.end(),
    )
    const expires = Date.now() + SHORT
    const impolite = one.host.open({ polite: false, transport: 'relay', iceServers: validFor(SHORT) })
    const polite = other.host.open({ polite: true, begin: false, iceServers: validFor(60_000) })
    join(impolite, polite)
    await Promise.all([impolite.opened(), polite.opened()])
    await expect.poll(() => Date.now(), { timeout: SHORT * 2 }).toBeGreaterThan(expires + 1_000)

    const stale = nextOffer(impolite)
    impolite.restart()
    expect(await stale).not.toMatch(/typ relay/)

    impolite.setIceServers(validFor(60_000))
    const fresh = nextOffer(impolite)
    impolite.restart()
    expect(await fresh).toMatch(/typ relay/)
  },
  60_000,
)

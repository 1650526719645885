import { describe, expect, it } from 'vitest'
import { acceptLinks } from './link.acceptance.ts'
import { makeDevice } from './testing/linked-pair.ts'

acceptLinks('links in Chromium', RTCPeerConnection)

describe('identities', () => {
  it('give links one certificate, known before any is opened', async () => {
    const device = makeDevice(RTCPeerConnection)
    const fingerprint = await device.host.fingerprint('space')
    expect(fingerprint).toHaveLength(32)
    expect(await device.host.fingerprint('other')).not.toEqual(fingerprint)
    const link = device.host.open({ polite: false, identity: 'space' })
    await new Promise<void>((resolve) => {
      link.onSignal(() => resolve())
    })
    expect(link.ownFingerprint).toEqual(fingerprint)
    device.end()
  })
})

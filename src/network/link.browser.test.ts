import { describe, expect, it } from 'vitest'
import { serveConnections } from './connection/serve.ts'
import { acceptLinks } from './link.acceptance.ts'
import { makeDevice, nextMessage } from './testing/linked-pair.ts'

acceptLinks('links in Chromium', RTCPeerConnection)

describe('a link in a worker', () => {
  it('exchanges messages with a link of the page', async () => {
    const worker = new Worker(new URL('testing/echo-worker.ts', import.meta.url), { type: 'module' })
    const { port1, port2 } = new MessageChannel()
    const stop = serveConnections(port1, { RTCPeerConnection })
    const device = makeDevice(RTCPeerConnection)
    const link = device.host.open({ polite: false })
    worker.onmessage = ({ data }) => link.signal(data)
    worker.postMessage({ connections: port2 }, [port2])
    link.onSignal((signal) => worker.postMessage({ signal }))

    const message = new Uint8Array(1024 * 1024).fill(7)
    const echo = nextMessage(link, 'sync')
    await link.send('sync', message)
    expect(await echo).toHaveLength(message.length)
    device.end()
    stop()
    worker.terminate()
  })
})

describe('identities', () => {
  it('share one certificate, known before any link is opened', async () => {
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

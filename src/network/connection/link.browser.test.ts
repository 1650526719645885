import { afterEach, describe, expect, it } from 'vitest'
import { closing, join, linkedPair, makeDevice, nextMessage, type Pair } from '../testing/linked-pair.ts'

const MIB = 1024 * 1024
let pair: Pair | undefined

afterEach(() => pair?.end())

const noise = (length: number) => {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, Math.min(length, at + 65_536)))
  return bytes
}

const digest = async (bytes: Uint8Array) =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))

describe('two linked devices', () => {
  it('connect when both offer at once', async () => {
    pair = linkedPair(RTCPeerConnection)
    await Promise.all([pair.polite.opened(), pair.impolite.opened()])
    expect(pair.polite.remoteFingerprint).toEqual(pair.impolite.ownFingerprint)
    expect(pair.impolite.remoteFingerprint).toEqual(pair.polite.ownFingerprint)
    expect(pair.polite.ownFingerprint).toHaveLength(32)
    expect(pair.polite.ownFingerprint).not.toEqual(pair.impolite.ownFingerprint)
  })

  it('connect when only one offers', async () => {
    pair = linkedPair(RTCPeerConnection, { polite: { begin: false } })
    await Promise.all([pair.polite.opened(), pair.impolite.opened()])
  })

  it('carry small, empty and 8 MiB messages in order, both ways', async () => {
    pair = linkedPair(RTCPeerConnection)
    const { polite, impolite } = pair
    const big = noise(8 * MIB)
    const received: Uint8Array[] = []
    const all = new Promise<void>((resolve) => {
      impolite.onMessage('sync', (message) => {
        received.push(message)
        if (received.length === 4) resolve()
      })
    })
    const back = nextMessage(polite, 'control')
    await Promise.all([
      polite.send('sync', Uint8Array.of(1, 2, 3)),
      polite.send('sync', big),
      polite.send('sync', new Uint8Array()),
      polite.send('sync', Uint8Array.of(4)),
      impolite.send('control', Uint8Array.of(9)),
    ])
    await all
    expect(received.map(({ length }) => length)).toEqual([3, 8 * MIB, 0, 1])
    expect(await digest(received[1] ?? new Uint8Array())).toEqual(await digest(big))
    expect(await back).toEqual(Uint8Array.of(9))
  })
})

import { afterEach, describe, expect, it } from 'vitest'
import { randomBytes } from '../../src/bytes/encoding.ts'
import { encodeAnswer, openAnswer } from '../../src/discovery/codes/by-hand.ts'
import { type Code, encodeCode, parseCode } from '../../src/discovery/codes/code.ts'
import { packDescription, packedFingerprint, unpackDescription } from '../../src/discovery/codes/packed-description.ts'
import type { Link } from '../../src/network/adapter/link.ts'
import type { Signal } from '../../src/network/link.ts'
import { makeDevice } from '../../src/network/testing/linked-pair.ts'

const signalOf = (link: Link) =>
  new Promise<Signal>((resolve) => {
    link.onSignal(resolve)
  })

const own = (link: Link) => link.ownFingerprint ?? new Uint8Array()

describe('two codes', () => {
  const ends: (() => void)[] = []
  afterEach(() => {
    for (const end of ends.splice(0)) end()
  })
  const device = () => {
    const made = makeDevice(RTCPeerConnection)
    ends.push(made.end)
    return made.host
  }
  const now = Date.now()
  const read = (text: string): Code => parseCode(text, { now, fingerprintOf: packedFingerprint })

  const shown = async () => {
    const shower = device().open({ polite: false, trickle: false })
    const offer = await signalOf(shower)
    if (offer.kind !== 'offer') throw new Error(`An offer was expected, got ${offer.kind}.`)
    const text = encodeCode({
      kind: 'own-device',
      secret: randomBytes(16),
      home: randomBytes(8),
      expires: now + 120_000,
      fingerprint: own(shower),
      relays: [],
      offer: packDescription({ type: 'offer', sdp: offer.sdp }),
    })
    return { shower, offer, text }
  }

  const scanned = async (text: string) => {
    const code = read(text)
    if (code.kind !== 'own-device' || !code.offer) throw new Error('A code with an offer was expected.')
    const scanner = device().open({ polite: true, begin: false, trickle: false })
    scanner.signal({ kind: 'offer', id: 'by-hand', sdp: unpackDescription(code.offer).sdp })
    const answer = await signalOf(scanner)
    if (answer.kind !== 'answer') throw new Error(`An answer was expected, got ${answer.kind}.`)
    return { scanner, code, reply: await encodeAnswer(code.secret, { type: 'answer', sdp: answer.sdp }, now + 120_000) }
  }

  it('connect two devices without a relay', async () => {
    const { shower, offer, text } = await shown()
    const { scanner, code, reply } = await scanned(text)
    expect(text.length).toBeLessThan(260)
    expect(reply.length).toBeLessThan(250)
    expect(scanner.remoteFingerprint).toEqual(code.fingerprint)

    const answered = read(reply)
    if (answered.kind !== 'answer') throw new Error('An answer was expected.')
    shower.signal({ kind: 'answer', to: offer.id, sdp: (await openAnswer(code.secret, answered)).sdp })

    await Promise.all([shower.opened(), scanner.opened()])
    expect(shower.remoteFingerprint).toEqual(own(scanner))
  })

  it('are rejected if they belong to different pairings', async () => {
    const [first, second] = [await shown(), await shown()]
    const { reply } = await scanned(first.text)
    const other = read(second.text)
    const answered = read(reply)
    if (other.kind !== 'own-device' || answered.kind !== 'answer') throw new Error('Other kinds of codes were expected.')
    await expect(openAnswer(other.secret, answered)).rejects.toMatchObject({ code: 'code-garbled' })
  })
})

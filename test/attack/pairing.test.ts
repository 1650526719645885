import { MessageChannel as NodeMessageChannel } from 'node:worker_threads'
import wrtc from '@roamhq/wrtc'
import { afterEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { randomBytes } from '../../src/bytes/encoding.ts'
import { encodeCode } from '../../src/discovery/codes/code.ts'
import { relayDiscovery } from '../../src/discovery/relay/relay.ts'
import { rendezvous } from '../../src/discovery/rendezvous.ts'
import { pairingTopic } from '../../src/discovery/topics.ts'
import { openControlChannel } from '../../src/engine/peers/link/control-channel.ts'
import { connectionHost } from '../../src/network/adapter/host.ts'
import { serveConnections } from '../../src/network/connection/serve.ts'
import { newDeviceKeys } from '../../src/people/device-keys.ts'
import { meet } from '../../src/people/pairing.ts'
import { type NodeEngine, nodeEngine } from '../support/node-engine.ts'
import { startRelay } from '../support/relay.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const device = async (name: string, relay?: string): Promise<NodeEngine> => {
  const engine = await nodeEngine({ ...(relay !== undefined && { relay }) })
  ends.push(() => engine.close())
  await engine.call('createProfile', { name, passphrase: 'correct horse battery' })
  return engine
}

const failure = async (engine: NodeEngine) => {
  const state = await engine.until('pairing', undefined, ({ kind }) => kind === 'failed')
  return state.kind === 'failed' ? state.code : undefined
}

it('rejects a relay that knows the secret and answers instead of the initiator', async () => {
  const relay = await startRelay()
  ends.push(() => relay.stop())
  const phone = await device('Phone', relay.url)
  const secret = randomBytes(16)

  // The attacker has everything in the code, but not the initiator's certificate.
  const { port1, port2 } = new NodeMessageChannel()
  const stop = serveConnections(port1 as unknown as MessagePort, { RTCPeerConnection: wrtc.RTCPeerConnection as never })
  const host = connectionHost(port2 as unknown as MessagePort)
  const discovery = relayDiscovery(relay.url, { WebSocket: WebSocket as never })
  let met: unknown
  const meeting = await rendezvous({
    discoveries: [discovery],
    subscriptions: [{ topic: await pairingTopic(secret), day: 0, epoch: 0, secret, label: 'tessera/pair/signal/1', speak: true }],
    open(_, polite) {
      const link = host.open({ polite, begin: !polite })
      openControlChannel(link)
        .then(async (channel) => meet(channel, { initiator: true, secret, keys: await newDeviceKeys(), name: 'Laptop' }))
        .then(
          (result) => {
            met = result
          },
          () => 'refused, as it should be',
        )
      return link
    },
    failed: (error) => expect(error).toBeUndefined(),
  })
  ends.push(() => {
    meeting.end()
    discovery.close()
    stop()
    port1.close()
    port2.close()
  })

  const code = {
    kind: 'own-device',
    secret,
    expires: Date.now() + 60_000,
    home: randomBytes(8),
    fingerprint: randomBytes(32),
    relays: [relay.url],
  } as const
  await phone.call('enterCode', { text: encodeCode(code) })
  expect(await failure(phone)).toBe('refused')
  expect(met).toBeUndefined()
  expect(await phone.until('devices', undefined, (devices) => devices.length === 1)).toMatchObject([{ name: 'Phone' }])
}, 180_000)

/** Pairs two devices by two scans, up to the comparison of the words. */
const wordsOf = async (one: NodeEngine, other: NodeEngine): Promise<readonly string[]> => {
  const textOf = async (engine: NodeEngine) => {
    const state = await engine.until('pairing', undefined, ({ kind }) => kind === 'code')
    return state.kind === 'code' ? state.text : ''
  }
  await one.call('showCode', { manual: true })
  await other.call('enterCode', { text: await textOf(one) })
  await one.call('enterCode', { text: await textOf(other) })
  const [state] = await Promise.all(
    [one, other].map((engine) => engine.until('pairing', undefined, ({ kind }) => kind === 'words')),
  )
  return state?.kind === 'words' ? state.words : []
}

it('sends nothing to a device that photographed the code when the words differ', async () => {
  const [laptop, stranger] = [await device('Laptop'), await device('Stranger')]
  await laptop.call('createSpace', { name: 'Lumen House' })
  const words = await wordsOf(laptop, stranger)
  await stranger.call('answerWords', { match: true, words })
  await laptop.call('answerWords', { match: false, words })
  expect(await failure(laptop)).toBe('words-differ')
  expect(['words-differ', 'unreachable']).toContain(await failure(stranger))
  expect(await laptop.until('devices', undefined, () => true)).toHaveLength(1)
  expect(await stranger.until('spaces', undefined, () => true)).toEqual([])
}, 180_000)

it('ignores an answer about the words of an earlier attempt', async () => {
  const [laptop, stranger, phone] = [await device('Laptop'), await device('Stranger'), await device('Phone')]
  const earlier = await wordsOf(laptop, stranger)
  await laptop.call('cancelPairing')
  const words = await wordsOf(laptop, phone)
  expect(words).not.toEqual(earlier)
  // Confirmed too late: the compared words are no longer shown.
  await laptop.call('answerWords', { match: true, words: earlier })
  await phone.call('answerWords', { match: true, words })
  expect(await laptop.until('pairing', undefined, () => true)).toMatchObject({ kind: 'words', answered: false })
  expect(await laptop.until('devices', undefined, () => true)).toHaveLength(1)
  await laptop.call('answerWords', { match: true, words })
  await laptop.until('devices', undefined, (devices) => devices.length === 2)
}, 180_000)

it.each([
  ['garbled', 'CGDBU2YBI2XFBTZTWVUGZ4T4', 'code-garbled'],
  ['empty', '', 'code-garbled'],
  [
    'expired',
    encodeCode({
      kind: 'own-device',
      secret: randomBytes(16),
      expires: 1_000_000,
      home: randomBytes(8),
      fingerprint: randomBytes(32),
      relays: [],
    }),
    'code-expired',
  ],
  [
    'without a way',
    encodeCode({
      kind: 'own-device',
      secret: randomBytes(16),
      expires: 4_000_000_000_000,
      home: randomBytes(8),
      fingerprint: randomBytes(32),
      relays: [],
    }),
    'relay-unreachable',
  ],
  [
    'of a relay that does not answer',
    encodeCode({
      kind: 'own-device',
      secret: randomBytes(16),
      expires: 4_000_000_000_000,
      home: randomBytes(8),
      fingerprint: randomBytes(32),
      relays: ['ws://127.0.0.1:9/relay'],
    }),
    'relay-unreachable',
  ],
])(
  'reports a code that is %s, and another code can be entered',
  async (_, text, code) => {
    const phone = await device('Phone')
    await expect(phone.call('enterCode', { text })).rejects.toMatchObject({ code })
    await phone.call('showCode', { manual: true })
    await phone.until('pairing', undefined, ({ kind }) => kind === 'code')
  },
  20_000,
)

it('rejects a code of the same profile', async () => {
  const laptop = await device('Laptop')
  await laptop.call('showCode', { manual: true })
  const state = await laptop.until('pairing', undefined, ({ kind }) => kind === 'code')
  await expect(laptop.call('enterCode', { text: state.kind === 'code' ? state.text : '' })).rejects.toMatchObject({
    code: 'code-used',
  })
})

it('inspects a code without network use, and names a relay that is not this app’s own', async () => {
  const [own, foreign] = [await startRelay(), await startRelay()]
  ends.push(
    () => own.stop(),
    () => foreign.stop(),
  )
  const phone = await device('Phone', own.url)
  const codeOf = (relays: readonly string[]) =>
    encodeCode({
      kind: 'own-device',
      secret: randomBytes(16),
      expires: Date.now() + 60_000,
      home: randomBytes(8),
      fingerprint: randomBytes(32),
      relays,
    })
  expect(await phone.call('inspectCode', { text: codeOf([own.url]) })).toEqual({ foreignRelay: undefined })
  expect(await phone.call('inspectCode', { text: codeOf([foreign.url]) })).toEqual({ foreignRelay: new URL(foreign.url).host })
  expect(await phone.until('pairing', undefined, () => true)).toEqual({ kind: 'idle' })
  await expect(phone.call('inspectCode', { text: 'AAAA' })).rejects.toMatchObject({ code: 'code-garbled' })
})

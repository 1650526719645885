import { expect, it } from 'vitest'
import { eventually } from '../../test/support/eventually.ts'
import { toCbor } from '../bytes/cbor.ts'
import { randomBytes, toHex } from '../bytes/encoding.ts'
import type { Discovery, MeetingListener, Topic } from './discovery.ts'
import { CONNECTING_LIMIT, LINK_LIMIT, rendezvous, type TopicSubscription } from './rendezvous.ts'
import { nonceMemory, sealer } from './sealed.ts'

interface State {
  readonly kind: 'connecting' | 'open' | 'interrupted' | 'closed'
}

/** A link with a settable state. */
const aLink = () => {
  const listeners = new Set<(state: State) => void>()
  return {
    signal: () => undefined,
    onSignal: () => () => undefined,
    onState(listener: (state: State) => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => undefined,
    become(kind: State['kind']) {
      for (const listener of listeners) listener({ kind })
    },
  }
}

const subscription: TopicSubscription = {
  topic: randomBytes(32) as Uint8Array as Topic,
  day: 0,
  epoch: 0,
  secret: randomBytes(32),
  label: 'tessera/signal/1',
  speak: true,
}

it('limits all links, including open ones, to a device that uses many ids', async () => {
  let listener: MeetingListener | undefined
  const said: Uint8Array[] = []
  const discovery: Discovery = {
    name: 'a test',
    join: (_, joined) => {
      listener = joined
      return { ready: async () => undefined, publish: async (message) => void said.push(message), leave: () => undefined }
    },
    onStatus: () => () => undefined,
    refresh: () => undefined,
    close: () => undefined,
  }
  const links: ReturnType<typeof aLink>[] = []
  const meeting = await rendezvous({
    discoveries: [discovery],
    subscriptions: [subscription],
    open: () => {
      const link = aLink()
      links.push(link)
      return link
    },
    failed: (error) => expect(error).toBeUndefined(),
  })
  await eventually(() => expect(said).toHaveLength(1))
  const opener = await sealer({ ...subscription, sender: randomBytes(16), nonces: nonceMemory() })
  const to = toHex((await opener.open(said[0] ?? new Uint8Array())).sender)
  const call = async (number: number) => {
    // Greater than this device's number, so that this device waits for offers.
    const sender = new Uint8Array(16).fill(255).with(15, number)
    const { seal } = await sealer({ ...subscription, sender, nonces: nonceMemory() })
    listener?.receive(await seal(toCbor({ kind: 'signal', to, session: 'mine', signal: {} })))
    // When the hello is answered, the signal before it has been processed.
    const before = said.length
    listener?.receive(await seal(toCbor({ kind: 'hello' })))
    await eventually(() => expect(said.length).toBeGreaterThan(before))
  }

  for (let number = 0; number < CONNECTING_LIMIT + 3; number++) await call(number)
  expect(links).toHaveLength(CONNECTING_LIMIT)
  for (let number = 0; number < LINK_LIMIT + 8; number++) {
    for (const link of links) link.become('open')
    await call(100 + number)
  }
  expect(links).toHaveLength(LINK_LIMIT)
  // A closed link frees its slot.
  links[0]?.become('closed')
  await call(200)
  expect(links).toHaveLength(LINK_LIMIT + 1)
  meeting.end()
})

import { expect, it } from 'vitest'
import { testSpace } from '../../../../test/support/sessions.ts'
import { signer } from '../../../bytes/ed25519.ts'
import { fromHex } from '../../../bytes/encoding.ts'
import { type Entry, parseLog, signEntry } from '../../../people/entry.ts'
import { systemClock } from '../../scheduling/clock.ts'
import { LogExchange } from './log-exchange.ts'

const MIB = 1024 * 1024

it('sends a long log in several messages of at most 1 MiB, each entry after its ancestors', async () => {
  const { holder, entry: root } = await testSpace()
  const { session } = holder
  const sign = await signer(session.keys.sign)
  const chain: Entry[] = []
  for (let count = 0; count < 70; count++) {
    const content = {
      space: fromHex(root.hash),
      previous: [(chain.at(-1) ?? root).hash],
      device: session.keys.sign.publicKey,
      type: 'junk',
      body: { bytes: new Uint8Array(16_000) },
    }
    chain.push(await signEntry(content, sign))
  }
  await session.addEntries([...chain].reverse())

  const sent: Uint8Array[][] = []
  const channel = {
    send: async (message: unknown) => void sent.push((message as [string, Uint8Array[]])[1]),
    receive: () => Promise.reject(new Error('nothing is received')),
    ownFingerprint: new Uint8Array(32),
    remoteFingerprint: new Uint8Array(32),
  }
  await new LogExchange(session, channel, systemClock).receiveHave([])
  expect(sent.length).toBeGreaterThan(1)
  for (const message of sent) expect(message.reduce((size, { length }) => size + length, 0)).toBeLessThanOrEqual(MIB)
  const received = await parseLog(sent.flat())
  expect(received.map(({ hash }) => hash)).toEqual([root, ...chain].map(({ hash }) => hash))

  const another = await testSpace()
  sent.length = 0
  const exchange = new LogExchange(another.holder.session, channel, systemClock)
  await exchange.receiveHave([fromHex(another.entry.hash)])
  // Sync waits for the answer, even when it contains no entries.
  expect(sent).toEqual([[]])
  await session.close()
  await another.holder.session.close()
})

import { afterEach, describe, expect, it, vi } from 'vitest'
import { eventually } from '../../test/support/eventually.ts'
import { type Discovery, MESSAGE_LIMIT, type Topic } from './discovery.ts'

export const aTopic = () => crypto.getRandomValues(new Uint8Array(32)) as Uint8Array as Topic

/** Acceptance suite of all adapters. @param make creates the discovery of one device */
export const acceptDiscovery = (title: string, make: () => Discovery) =>
  describe(title, () => {
    const made: Discovery[] = []
    const device = () => {
      const discovery = make()
      made.push(discovery)
      return discovery
    }
    afterEach(() => {
      for (const discovery of made.splice(0)) discovery.close()
    })

    it('delivers a message to all other devices on the topic, not to its sender', async () => {
      const topic = aTopic()
      const [receivedByAlice, receivedByBob, receivedByCarol] = [vi.fn(), vi.fn(), vi.fn()]
      const alice = device().join(topic, { receive: receivedByAlice })
      const bob = device().join(topic, { receive: receivedByBob })
      const carol = device().join(topic, { receive: receivedByCarol })
      await Promise.all([alice.ready(), bob.ready(), carol.ready()])

      await alice.publish(Uint8Array.of(1, 2, 3))
      await eventually(() => expect(receivedByBob).toHaveBeenCalledExactlyOnceWith(Uint8Array.of(1, 2, 3)))
      await eventually(() => expect(receivedByCarol).toHaveBeenCalledExactlyOnceWith(Uint8Array.of(1, 2, 3)))
      expect(receivedByAlice).not.toHaveBeenCalled()
    })

    it('does not deliver messages of other topics', async () => {
      const [topic, other] = [aTopic(), aTopic()]
      const [received, leaked] = [vi.fn(), vi.fn()]
      const alice = device().join(topic, { receive: vi.fn() })
      const bobs = device()
      const meetings = [alice, bobs.join(topic, { receive: received }), bobs.join(other, { receive: leaked })]
      await Promise.all(meetings.map((meeting) => meeting.ready()))

      await alice.publish(Uint8Array.of(7))

      await eventually(() => expect(received).toHaveBeenCalled())
      expect(leaked).not.toHaveBeenCalled()
    })

    it('reports that a topic is joined and that it is reachable', async () => {
      const joined = vi.fn()
      const statuses: string[] = []
      const alice = device()
      alice.onStatus((status) => statuses.push(status))
      await alice.join(aTopic(), { receive: vi.fn(), joined }).ready()
      expect(joined).toHaveBeenCalledOnce()
      expect(statuses.at(-1)).toBe('reachable')
    })

    it('receives nothing after leaving', async () => {
      const topic = aTopic()
      const [received, leaked] = [vi.fn(), vi.fn()]
      const alice = device().join(topic, { receive: vi.fn() })
      const bob = device().join(topic, { receive: received })
      const carol = device().join(topic, { receive: leaked })
      await Promise.all([alice.ready(), bob.ready(), carol.ready()])
      carol.leave()

      await alice.publish(Uint8Array.of(1))

      await eventually(() => expect(received).toHaveBeenCalled())
      expect(leaked).not.toHaveBeenCalled()
    })

    it('rejects a message above the limit, and any message after leaving', async () => {
      const alice = device().join(aTopic(), { receive: vi.fn() })
      await alice.ready()
      await expect(alice.publish(new Uint8Array(MESSAGE_LIMIT + 1))).rejects.toMatchObject({ code: 'too-large' })
      await alice.publish(new Uint8Array(MESSAGE_LIMIT))
      alice.leave()
      await expect(alice.publish(Uint8Array.of(1))).rejects.toMatchObject({ code: 'left' })
      await expect(alice.ready()).rejects.toMatchObject({ code: 'left' })
    })
  })

import { afterEach, describe, expect, it, vi } from 'vitest'
import { eventually } from '../../test/support/eventually.ts'
import { type Discovery, MESSAGE_LIMIT, type Topic } from './discovery.ts'

export const aTopic = () => crypto.getRandomValues(new Uint8Array(32)) as Uint8Array as Topic

/** What every adapter promises; an adapter's test calls this with a way to make one for each device. */
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

    it('carries a message to everyone else on the topic, and not back to its sender', async () => {
      const topic = aTopic()
      const [heardByAlice, heardByBob, heardByCarol] = [vi.fn(), vi.fn(), vi.fn()]
      const alice = device().join(topic, { receive: heardByAlice })
      const bob = device().join(topic, { receive: heardByBob })
      const carol = device().join(topic, { receive: heardByCarol })
      await Promise.all([alice.ready(), bob.ready(), carol.ready()])

      await alice.publish(Uint8Array.of(1, 2, 3))
      await eventually(() => expect(heardByBob).toHaveBeenCalledExactlyOnceWith(Uint8Array.of(1, 2, 3)))
      await eventually(() => expect(heardByCarol).toHaveBeenCalledExactlyOnceWith(Uint8Array.of(1, 2, 3)))
      expect(heardByAlice).not.toHaveBeenCalled()
    })

    it('keeps topics apart', async () => {
      const [topic, other] = [aTopic(), aTopic()]
      const [heard, overheard] = [vi.fn(), vi.fn()]
      const alice = device().join(topic, { receive: vi.fn() })
      const bobs = device()
      const meetings = [alice, bobs.join(topic, { receive: heard }), bobs.join(other, { receive: overheard })]
      await Promise.all(meetings.map((meeting) => meeting.ready()))

      await alice.publish(Uint8Array.of(7))

      await eventually(() => expect(heard).toHaveBeenCalled())
      expect(overheard).not.toHaveBeenCalled()
    })

    it('tells when a topic was joined, and that it is reachable', async () => {
      const joined = vi.fn()
      const statuses: string[] = []
      const alice = device()
      alice.onStatus((status) => statuses.push(status))
      await alice.join(aTopic(), { receive: vi.fn(), joined }).ready()
      expect(joined).toHaveBeenCalledOnce()
      expect(statuses.at(-1)).toBe('reachable')
    })

    it('is quiet after leaving', async () => {
      const topic = aTopic()
      const [heard, overheard] = [vi.fn(), vi.fn()]
      const alice = device().join(topic, { receive: vi.fn() })
      const bob = device().join(topic, { receive: heard })
      const carol = device().join(topic, { receive: overheard })
      await Promise.all([alice.ready(), bob.ready(), carol.ready()])
      carol.leave()

      await alice.publish(Uint8Array.of(1))

      await eventually(() => expect(heard).toHaveBeenCalled())
      expect(overheard).not.toHaveBeenCalled()
    })

    it('refuses a message above the limit, and one after leaving', async () => {
      const alice = device().join(aTopic(), { receive: vi.fn() })
      await alice.ready()
      await expect(alice.publish(new Uint8Array(MESSAGE_LIMIT + 1))).rejects.toMatchObject({ code: 'too-large' })
      await alice.publish(new Uint8Array(MESSAGE_LIMIT))
      alice.leave()
      await expect(alice.publish(Uint8Array.of(1))).rejects.toMatchObject({ code: 'left' })
      await expect(alice.ready()).rejects.toMatchObject({ code: 'left' })
    })
  })

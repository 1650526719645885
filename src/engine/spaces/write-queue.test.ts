import { afterEach, describe, expect, it } from 'vitest'
import { handClock } from '../../../test/support/hand-clock.ts'
import { testSpace } from '../../../test/support/sessions.ts'
import { commitEdits } from '../../space/space.ts'
import { examineHere } from '../examine/examination.ts'
import type { SpaceSession } from './space-session.ts'
import { WriteQueue } from './write-queue.ts'

const rename = (session: SpaceSession, name: string) =>
  session.write((space) => commitEdits(space, [{ do: 'update-space', name }], 1))

let streaming = false
let streams: Promise<unknown>[] = []
afterEach(async () => {
  streaming = false
  await Promise.all(streams)
  streams = []
})

/** Commits without a pause: 20 commits wait at any time. */
const stream = (session: SpaceSession) => {
  streaming = true
  let written = 0
  const next = async (): Promise<void> => {
    while (streaming) {
      await rename(session, `House ${written}`)
      written += 1
    }
  }
  streams = Array.from({ length: 20 }, next)
  return { written: () => written }
}

describe('the write queue of a space', () => {
  it('accepts a commit as soon as the previous one is answered, whether or not that one changed anything', async () => {
    const { holder } = await testSpace()
    const { session } = holder
    for (let round = 0; round < 20; round++) {
      await session.write(() => undefined)
      await session.commit(`rename ${round}`, [{ do: 'update-space', name: `House ${round}` }])
    }
    expect(session.space().schema.name).toBe('House 19')
    await session.close()
  })

  it('answers the first of many commits before it runs the last', async () => {
    const clock = handClock()
    const { holder } = await testSpace({ examine: examineHere, clock })
    const { session } = holder
    const events: string[] = []
    const jobs = Array.from({ length: 8 }, async (_, at) => {
      await session.write((space) => {
        events.push(`run ${at}`)
        clock.turn(20)
        return commitEdits(space, [{ do: 'update-space', name: `House ${at}` }], 1)
      })
      events.push(`answer ${at}`)
    })
    await Promise.all(jobs)
    expect(events.filter((event) => event.startsWith('answer'))).toEqual(jobs.map((_, at) => `answer ${at}`))
    // Waiting commits are written in groups, and no commit waits for the next group.
    expect(events.indexOf('answer 0')).toBeLessThan(events.indexOf('run 2'))
    expect(events.indexOf('answer 3')).toBeLessThan(events.indexOf('run 6'))
    expect(session.space().schema.name).toBe('House 7')
    await session.close()
  })

  it('runs exclusive work while commits arrive faster than they are written', async () => {
    const { holder } = await testSpace()
    const { session } = holder
    const { written } = stream(session)
    await session.exclusive(async () => undefined)
    const before = written()
    await session.exclusive(async () => undefined)
    // One group of commits is written between two exclusive tasks.
    expect(written()).toBeGreaterThan(before)
  })

  it('finishes exclusive work that yields to commits that never stop', async () => {
    const { holder } = await testSpace()
    const { session } = holder
    const { written } = stream(session)
    await session.exclusive(async (_, yieldToWrites) => {
      for (let round = 0; round < 3; round++) {
        const before = written()
        await yieldToWrites()
        expect(written()).toBeGreaterThan(before)
      }
    })
  })

  it('answers a commit while exclusive work yields', async () => {
    const { holder } = await testSpace()
    const { session } = holder
    await session.exclusive(async (_, yieldToWrites) => {
      const answer = rename(session, 'Renamed')
      await yieldToWrites()
      await answer
    })
    expect(session.space().schema.name).toBe('Renamed')
    await session.close()
  })

  it('runs exclusive tasks one at a time, in order', async () => {
    const { holder } = await testSpace()
    const { session } = holder
    const events: string[] = []
    const task = (name: string) =>
      session.exclusive(async () => {
        events.push(`${name} starts`)
        await session.keys.sign.publicKey
        events.push(`${name} ends`)
      })
    await Promise.all([task('first'), task('second')])
    expect(events).toEqual(['first starts', 'first ends', 'second starts', 'second ends'])
    await session.close()
  })

  it('goes on after neither writing nor restoring worked', async () => {
    const { holder } = await testSpace()
    let disk: 'gone' | 'full' | 'works' = 'gone'
    let { space } = holder.session
    const closed = () => {
      throw new Error('closed')
    }
    const failures: unknown[] = []
    const queue = new WriteQueue({
      clock: handClock(),
      space: () => space(),
      persist: async () => {
        if (disk !== 'works') throw new Error('not written')
      },
      restore: async () => {
        space = closed
        if (disk === 'gone') throw new Error('not read')
        space = holder.session.space
      },
      written: () => undefined,
      lookUp: async () => new Map(),
      failed: (error) => failures.push(error),
    })
    const edit = () => queue.write((written) => commitEdits(written, [{ do: 'update-space', name: crypto.randomUUID() }], 1))
    await expect(edit()).rejects.toThrow('not written')
    expect(failures).toHaveLength(1)
    await expect(edit()).rejects.toThrow('not read')
    await expect(queue.exclusive(async () => 'ran')).rejects.toThrow('not read')
    disk = 'full'
    await expect(edit()).rejects.toThrow('not written')
    disk = 'works'
    expect(await edit()).toBeDefined()
    expect(await queue.exclusive(async () => 'ran')).toBe('ran')
    await queue.idle()
    await holder.session.close()
  })

  it('reports a failed exclusive task only to its caller', async () => {
    const { holder, failures } = await testSpace()
    const { session } = holder
    await expect(
      session.exclusive(async () => {
        throw new Error('broken')
      }),
    ).rejects.toThrow('broken')
    await rename(session, 'Renamed')
    expect(session.space().schema.name).toBe('Renamed')
    expect(failures).toEqual([])
    await session.close()
  })
})

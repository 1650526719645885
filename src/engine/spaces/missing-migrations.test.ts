import { afterEach, describe, expect, it } from 'vitest'
import { nodeEngine } from '../../../test/support/node-engine.ts'
import { pair } from '../../../test/support/pair-engines.ts'
import { startRelay } from '../../../test/support/relay.ts'
import { linkSessions, type TestSpace, testSpace, type WatchedSession } from '../../../test/support/sessions.ts'
import { hexBytes, randomBytes, toHex } from '../../bytes/encoding.ts'
import { formatEntry } from '../../people/founding.ts'
import type { FieldId, RecordId, TableId } from '../../space/ids.ts'
import { commit } from '../../space/space.ts'
import {
  firstChangeOf,
  type Migration,
  migrationChange,
  migrationContainers,
  migrationHash,
} from '../../space/versions/migrations.ts'
import { BASE } from '../../space/versions/version.ts'
import { memoryBackend } from '../../vault/backends/memory-backend.ts'
import { newId } from '../api/new-id.ts'
import type { SpaceSession } from './space-session.ts'

const CHARTS: Migration = { version: '0.3.0', containers: ['charts'] }
const MAPS: Migration = { version: '0.4.0', containers: ['maps', 'places'] }
/** A program that has the wrong idea of what comes with a version. */
const WRONG: Migration = { version: '0.3.0', containers: ['graphs'] }

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const link = (one: WatchedSession, other: WatchedSession) => {
  const linked = linkSessions(one, other)
  ends.push(linked.end)
  return linked
}
const heads = ({ session }: WatchedSession) => session.space().resident.handle.getHeads().sort().join()
const version = ({ session }: WatchedSession) => session.space().schema.version
const changesOf = ({ session }: WatchedSession) => session.space().resident.handle.getChangesMeta([]).length
const first = (session: SpaceSession) => firstChangeOf(session.space().resident.handle, session.membership.first)
const charts = ({ session }: WatchedSession) => migrationContainers(first(session), CHARTS).charts as string
const draw = (by: WatchedSession, name: string) =>
  by.session.write((space) => commit(space, 'chart', 1_780_000_001, (transaction) => transaction.put(charts(by), name, 'pie')))
const edit = ({ session }: WatchedSession, name: string) => session.commit(crypto.randomUUID(), [{ do: 'create-table', name }])
const tables = ({ session }: WatchedSession) =>
  session
    .space()
    .schema.tables.map(({ name }) => name)
    .sort()
/** Until both have the same. */
const met = (one: WatchedSession, other: WatchedSession) =>
  Promise.race([one, other].map(({ until }) => until(() => heads(one) === heads(other))))

/** Two devices that have the same document, both of the first version, and are apart. */
const twoDevices = async (): Promise<TestSpace & { readonly friend: WatchedSession }> => {
  const space = await testSpace()
  const friend = await space.other()
  const { end } = linkSessions(space.holder, friend)
  await friend.until(() => friend.session.arrived && heads(friend) === heads(space.holder))
  end()
  await Promise.all([space.holder.session.close(), friend.session.close()])
  return { ...space, friend }
}

describe('a space that is opened by a program which knows a new version', () => {
  it('gets the version, with an entry of the log that names its change, once and to stay', async () => {
    const space = await testSpace()
    expect(version(space.holder)).toBe(BASE)
    await space.holder.session.close()
    const newer = await space.reopen([CHARTS])
    expect(version(newer)).toBe('0.3.0')
    const hash = migrationHash(first(newer.session), CHARTS)
    expect([...newer.session.membership.formats]).toEqual([['0.3.0', hash]])
    await draw(newer, 'ages')
    await newer.session.close()
    const again = await space.reopen([CHARTS, MAPS])
    expect(version(again)).toBe('0.4.0')
    expect([...again.session.membership.formats.keys()]).toEqual(['0.3.0', '0.4.0'])
    expect([...again.session.log.values()].filter(({ type }) => type === 'format')).toHaveLength(2)
    await again.session.close()
    // An older program shows it, and what it does not know stays.
    const older = await space.reopen([])
    expect(version(older)).toBe('0.4.0')
    expect(older.session.space().resident.handle.get(charts(older), 'ages')).toBe('pie')
    expect(space.failures).toEqual([])
  })

  it('brings it to a device with an older program, which edits what it knows and takes nothing away for good', async () => {
    const { reopen, other } = await twoDevices()
    const [newer, older] = [await reopen([CHARTS]), await other([])]
    // Apart, before they meet.
    await edit(newer, 'New')
    await draw(newer, 'ages')
    await edit(older, 'Old')
    link(newer, older)
    await met(older, newer)
    expect(version(older)).toBe('0.3.0')
    expect(tables(older)).toEqual(['New', 'Old'])
    // Linked: each goes on with what it knows.
    await edit(older, 'Later')
    await draw(newer, 'sizes')
    await newer.until(() => tables(newer).includes('Later'))
    await met(older, newer)
    const { handle } = older.session.space().resident
    expect([handle.get(charts(older), 'ages'), handle.get(charts(older), 'sizes')]).toEqual(['pie', 'pie'])
    const table = older.session.space().schema.tables.find(({ name }) => name === 'Old')?.id as TableId
    const away = [
      { do: 'delete', what: { table } },
      { do: 'purge', what: { table } },
    ] as const
    await expect(older.session.commit('purge', away)).rejects.toMatchObject({ code: 'newer-version' })
    expect((await newer.session.commit('purge', away)).change).toBeDefined()
    await older.until(() => !tables(older).includes('Old'))
  })

  it('is one document when two devices learn versions apart', async () => {
    const { reopen, other } = await twoDevices()
    const [one, two] = [await reopen([CHARTS]), await other([CHARTS, MAPS])]
    await edit(one, 'One')
    await draw(one, 'ages')
    await edit(two, 'Two')
    await draw(two, 'sizes')
    link(one, two)
    await met(one, two)
    expect([version(one), version(two)]).toEqual(['0.4.0', '0.4.0'])
    expect(one.session.membership.formats).toEqual(two.session.membership.formats)
    expect([...one.session.log.values()].filter(({ type }) => type === 'format')).toHaveLength(3)
    for (const each of [one, two]) {
      const { handle } = each.session.space().resident
      expect(handle.keys(charts(each)).sort()).toEqual(['ages', 'sizes'])
      expect(tables(each)).toEqual(['One', 'Two'])
    }
    // It opens again, and there is nothing left to bring.
    await one.session.close()
    const again = await reopen([CHARTS, MAPS])
    expect([heads(again), changesOf(again)]).toEqual([heads(two), changesOf(two)])
  })

  it('arrives whole where it is awaited, at an older program and at a newer one', async () => {
    for (const anchors of [[], [CHARTS], [CHARTS, MAPS]]) {
      const space = await testSpace()
      await space.holder.session.close()
      const newer = await space.reopen([CHARTS])
      await draw(newer, 'ages')
      const friend = await space.other(anchors)
      link(newer, friend)
      const expected = anchors.length === 2 ? '0.4.0' : '0.3.0'
      await newer.until(() => version(newer) === expected)
      await friend.until(() => friend.session.arrived && version(friend) === expected)
      await met(friend, newer)
      expect(friend.session.space().resident.handle.get(charts(friend), 'ages')).toBe('pie')
      expect(space.failures).toEqual([])
    }
  })
})

/** A device that puts a change into its document and log which no honest program would. */
const meddle = async (
  { session }: WatchedSession,
  changes: readonly Uint8Array[],
  named: readonly (readonly [string, string])[],
) => {
  for (const [name, hash] of named)
    await session.addEntries([await formatEntry(session.keys, session.root, session.membership.heads, name, hash)])
  await session.exclusive((receive) => receive({ from: 'nobody', changes, statements: [], actorClocks: new Map() }))
}

describe('an migrations change', () => {
  it.each([
    ['change by change', true],
    ['with the whole document', false],
  ])('of a major version that nobody knows closes no space: the link that brings it ends (%s)', async (_, isHeld) => {
    const { reopen, other } = isHeld ? await twoDevices() : await testSpace()
    const MAJOR: Migration = { version: '9.0.0', containers: [] }
    const [bad, honest] = [await reopen([]), await other([])]
    const change = migrationChange(first(bad.session), MAJOR)
    await meddle(bad, [change], [['9.0.0', migrationHash(first(bad.session), MAJOR)]])
    const { ended } = link(bad, honest)
    expect(await ended[1]).toMatchObject({ name: 'GateError', code: 'not-anchored', message: expect.stringContaining('9.0.0') })
    if (isHeld) expect((await edit(honest, 'Still mine')).change).toBeDefined()
    expect(version(honest)).not.toBe('9.0.0')
  })

  it.each([[[] as Migration[]], [[CHARTS]]])('that no entry names is refused, and the link ends (%#)', async (anchors) => {
    const { reopen, other } = await twoDevices()
    const [honest, bad] = [await reopen([]), await other([])]
    await meddle(bad, [migrationChange(first(bad.session), anchors[0] ?? MAPS)], [])
    const { ended } = link(honest, bad)
    expect(await ended[0]).toMatchObject({ name: 'GateError', code: 'unknown-device' })
    expect(version(honest)).toBe(BASE)
  })

  it('that differs from the one a program makes is refused, and neither is written', async () => {
    const { reopen, other, failures } = await twoDevices()
    const [knowing, wrong] = [await reopen([CHARTS]), await other([WRONG])]
    const before = heads(knowing)
    const { ended } = link(knowing, wrong)
    // Whose entry counts for the version is decided by the entries; whoever has the other change refuses.
    for (const end of ended) expect(await end).toMatchObject({ message: expect.stringMatching(/never listed|log names/) })
    expect(heads(knowing)).toBe(before)
    expect(failures).toEqual([])
  })

  it('that differs is not taken whole either', async () => {
    const space = await testSpace()
    await space.holder.session.close()
    const wrong = await space.reopen([WRONG])
    const awaiting = await space.other([CHARTS])
    const { ended } = link(wrong, awaiting)
    expect(await ended[1]).toMatchObject({ name: 'GateError', code: 'not-anchored' })
    expect(awaiting.session.arrived).toBe(false)
  })

  it('counts for nothing when the named change is not made as one: nobody can name what they did not sign', async () => {
    const { reopen, other } = await twoDevices()
    const [honest, bad] = [await reopen([]), await other([])]
    // Written as the holder itself, and named in place of signed.
    const { handle } = bad.session.space().resident
    const stem = handle.getChangesMeta([])[0]?.actor.slice(0, 32)
    const forger = (await import('../../space/automerge.ts')).newResident(`${stem}${toHex(randomBytes(8))}`)
    forger.handle.loadIncremental(handle.save())
    const hash = forger.handle.emptyChange('{"what":"set"}', 1) ?? ''
    await meddle(bad, forger.handle.getChanges(handle.getHeads()), [['0.5.0', hash]])
    link(honest, bad)
    await honest.until(() => honest.session.membership.formats.size === 1)
    await edit(honest, 'On')
    await bad.until(() => tables(bad).includes('On'))
    expect(honest.session.space().resident.handle.getChangeMetaByHash(hash)).toBeFalsy()
  })

  it('is no name for what a device has signed: that comes in as it would', async () => {
    const { reopen, other } = await twoDevices()
    const [honest, bad] = [await reopen([]), await other([])]
    const { change = '' } = await edit(bad, 'Signed')
    await meddle(bad, [], [['0.5.0', change]])
    link(honest, bad)
    await met(honest, bad)
    expect(tables(honest)).toEqual(['Signed'])
    expect(version(honest)).toBe(BASE)
  })

  it('comes in though an entry names it for another version as well: nobody takes it away by that', async () => {
    const { reopen, other } = await twoDevices()
    const [newer, older] = [await reopen([CHARTS]), await other([])]
    await meddle(newer, [], [['9.0.0', migrationHash(first(newer.session), CHARTS)]])
    await draw(newer, 'ages')
    link(newer, older)
    await met(older, newer)
    expect(version(older)).toBe('0.3.0')
  })

  it('is not brought by a program whose change the log gainsays: it says so, and goes on', async () => {
    const { reopen, failures } = await testSpace().then(async (space) => {
      await space.holder.session.addEntries([
        await formatEntry(
          space.holder.session.keys,
          space.holder.session.root,
          space.holder.session.membership.heads,
          '0.3.0',
          toHex(randomBytes(32)),
        ),
      ])
      await space.holder.session.close()
      return space
    })
    const session = await reopen([CHARTS])
    expect(version(session)).toBe(BASE)
    expect(failures).toMatchObject([{ code: 'damaged', message: expect.stringContaining('0.3.0') }])
    expect((await edit(session, 'On')).change).toBeDefined()
    expect(hexBytes(session.session.root)).toHaveLength(32)
  })
})

describe('two engines of different versions', () => {
  it('keep home and spaces equal, whoever was updated first', async () => {
    const relay = await startRelay()
    ends.push(() => relay.stop())
    const [backends, PASSPHRASE] = [[memoryBackend(), memoryBackend()], 'correct horse battery']
    const start = async (which: 0 | 1, anchors: readonly Migration[], online: boolean) => {
      const engine = await nodeEngine({
        backend: backends[which] as ReturnType<typeof memoryBackend>,
        anchors,
        ...(online && { relay: relay.url }),
      })
      ends.push(() => engine.close())
      return engine
    }
    const unlocked = async (...given: Parameters<typeof start>) => {
      const engine = await start(...given)
      await engine.call('unlock', { passphrase: PASSPHRASE })
      return engine
    }
    const [laptop, phone] = [await start(0, [], true), await start(1, [], true)]
    await laptop.call('createProfile', { name: 'Laptop', passphrase: PASSPHRASE })
    await phone.call('createProfile', { name: 'Phone', passphrase: PASSPHRASE })
    const { space } = await laptop.call('createSpace', { name: 'Lumen House' })
    const [table, name] = [newId<TableId>(), newId<FieldId>()]
    await laptop.call('commit', {
      space,
      edits: [{ do: 'create-table', id: table, name: 'Members', fields: [{ id: name, name: 'Name', type: 'text' }] }],
    })
    await pair(laptop, phone)
    await phone.until('schema', { space }, ({ ready, schema }) => ready && schema.tables.length === 1)
    const stop = async (engine: typeof laptop) => {
      await engine.call('lock')
      engine.close()
    }
    await Promise.all([stop(laptop), stop(phone)])

    const add = (engine: typeof laptop, value: string) =>
      engine.call('commit', { space, edits: [{ do: 'create-record', id: newId<RecordId>(), table, values: { [name]: value } }] })
    // Apart: one is updated, both write.
    const [newer, older] = [await unlocked(0, [CHARTS], false), await unlocked(1, [], false)]
    await Promise.all([add(newer, 'Ash'), add(older, 'Briar')])
    expect((await newer.until('schema', { space }, ({ ready }) => ready)).schema.version).toBe('0.3.0')
    expect((await older.until('schema', { space }, ({ ready }) => ready)).schema.version).toBe(BASE)
    await Promise.all([stop(newer), stop(older)])

    const [one, two] = [await unlocked(0, [CHARTS], true), await unlocked(1, [], true)]
    const names = (engine: typeof laptop, count: number) =>
      engine.until('window', { space, table, offset: 0, limit: 9 }, ({ total }) => total === count)
    await Promise.all([one, two].map((engine) => engine.until('schema', { space }, ({ ready }) => ready)))
    await Promise.all([names(one, 2), names(two, 2)])
    expect((await two.until('schema', { space }, ({ ready, schema }) => ready && schema.version === '0.3.0')).schema.name).toBe(
      'Lumen House',
    )
    await add(two, 'Calla')
    await names(one, 3)
    // What it does not know would be lost in a copy, and stays whole in an archive.
    await expect(two.call('copySpace', { space, name: 'Copy' })).rejects.toMatchObject({ code: 'newer-version' })
    const { content } = await two.call('archiveSpace', { space, passphrase: PASSPHRASE })
    const opened = await two.call('openArchive', { file: content, passphrase: PASSPHRASE })
    expect(opened.version).toBe('0.3.0')
    expect((await two.call('querySql', { space: opened.archive, sql: 'SELECT count(*) FROM Members' })).rows).toEqual([[3]])
    const { space: later } = await two.call('createSpace', { name: 'Workshop' })
    await one.until('spaces', undefined, (spaces) => spaces.some(({ id }) => id === later))
    await one.until('schema', { space: later }, ({ ready }) => ready)
    await two.until('schema', { space: later }, ({ schema }) => schema.version === '0.3.0')
    for (const engine of [one, two])
      await engine.until('sync', { space }, ({ neighbours }) => neighbours.length > 0 && neighbours.every(({ equal }) => equal))
  }, 180_000)
})

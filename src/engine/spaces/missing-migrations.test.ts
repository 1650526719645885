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
/** A migration that differs from that of other programs for the same version. */
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
/** Resolves when both devices have the same document. */
const met = (one: WatchedSession, other: WatchedSession) =>
  Promise.race([one, other].map(({ until }) => until(() => heads(one) === heads(other))))

/** Two devices with the same document of the first version, disconnected. */
const twoDevices = async (): Promise<TestSpace & { readonly friend: WatchedSession }> => {
  const space = await testSpace()
  const friend = await space.other()
  const { end } = linkSessions(space.holder, friend)
  await friend.until(() => friend.session.arrived && heads(friend) === heads(space.holder))
  end()
  await Promise.all([space.holder.session.close(), friend.session.close()])
  return { ...space, friend }
}

describe('opening a space with a program that knows a newer version', () => {
  it('migrates the space once and names the migration change in the log', async () => {
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
    // An older program shows the space and keeps content that it does not know.
    const older = await space.reopen([])
    expect(version(older)).toBe('0.4.0')
    expect(older.session.space().resident.handle.get(charts(older), 'ages')).toBe('pie')
    expect(space.failures).toEqual([])
  })

  it('migrates the space on a device with an older program, which can edit but not purge', async () => {
    const { reopen, other } = await twoDevices()
    const [newer, older] = [await reopen([CHARTS]), await other([])]
    // Concurrently, before they connect.
    await edit(newer, 'New')
    await draw(newer, 'ages')
    await edit(older, 'Old')
    link(newer, older)
    await met(older, newer)
    expect(version(older)).toBe('0.3.0')
    expect(tables(older)).toEqual(['New', 'Old'])
    // While connected, each edits the part that it knows.
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

  it('merges the migrations of two devices that were updated while disconnected', async () => {
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
    // Opening the space again adds no migration.
    await one.session.close()
    const again = await reopen([CHARTS, MAPS])
    expect([heads(again), changesOf(again)]).toEqual([heads(two), changesOf(two)])
  })

  it('sends the migrated document to new devices with older, equal and newer programs', async () => {
    for (const migrations of [[], [CHARTS], [CHARTS, MAPS]]) {
      const space = await testSpace()
      await space.holder.session.close()
      const newer = await space.reopen([CHARTS])
      await draw(newer, 'ages')
      const friend = await space.other(migrations)
      link(newer, friend)
      const expected = migrations.length === 2 ? '0.4.0' : '0.3.0'
      await newer.until(() => version(newer) === expected)
      await friend.until(() => friend.session.arrived && version(friend) === expected)
      await met(friend, newer)
      expect(friend.session.space().resident.handle.get(charts(friend), 'ages')).toBe('pie')
      expect(space.failures).toEqual([])
    }
  })
})

/** Writes changes and log entries that an honest program would not write. */
const meddle = async (
  { session }: WatchedSession,
  changes: readonly Uint8Array[],
  named: readonly (readonly [string, string])[],
) => {
  for (const [name, hash] of named)
    await session.addEntries([await formatEntry(session.keys, session.root, session.membership.heads, name, hash)])
  await session.exclusive((receive) => receive({ from: 'nobody', changes, statements: [], actorClocks: new Map() }))
}

describe('a migration change', () => {
  it.each([
    ['change by change', true],
    ['with the whole document', false],
  ])('is rejected for an unknown major version, and the link ends (%s)', async (_, isHeld) => {
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

  it.each([[[] as Migration[]], [[CHARTS]]])(
    'is rejected when no log entry names it, and the link ends (%#)',
    async (migrations) => {
      const { reopen, other } = await twoDevices()
      const [honest, bad] = [await reopen([]), await other([])]
      await meddle(bad, [migrationChange(first(bad.session), migrations[0] ?? MAPS)], [])
      const { ended } = link(honest, bad)
      expect(await ended[0]).toMatchObject({ name: 'GateError', code: 'unknown-device' })
      expect(version(honest)).toBe(BASE)
    },
  )

  it('is rejected when it differs from the one that the program computes', async () => {
    const { reopen, other, failures } = await twoDevices()
    const [knowing, wrong] = [await reopen([CHARTS]), await other([WRONG])]
    const before = heads(knowing)
    const { ended } = link(knowing, wrong)
    // The log decides which entry counts for the version; the device with the other change rejects it.
    for (const end of ended) expect(await end).toMatchObject({ message: expect.stringMatching(/never listed|log names/) })
    expect(heads(knowing)).toBe(before)
    expect(failures).toEqual([])
  })

  it('is rejected in a whole document when it differs from the one that the program computes', async () => {
    const space = await testSpace()
    await space.holder.session.close()
    const wrong = await space.reopen([WRONG])
    const awaiting = await space.other([CHARTS])
    const { ended } = link(wrong, awaiting)
    expect(await ended[1]).toMatchObject({ name: 'GateError', code: 'not-anchored' })
    expect(awaiting.session.arrived).toBe(false)
  })

  it('is ignored when the log names an unsigned change by the actor of another device', async () => {
    const { reopen, other } = await twoDevices()
    const [honest, bad] = [await reopen([]), await other([])]
    // A change with an actor of the holder, named in the log instead of signed.
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

  it('is not assumed for a signed change that the log names: the change is applied as an ordinary one', async () => {
    const { reopen, other } = await twoDevices()
    const [honest, bad] = [await reopen([]), await other([])]
    const { change = '' } = await edit(bad, 'Signed')
    await meddle(bad, [], [['0.5.0', change]])
    link(honest, bad)
    await met(honest, bad)
    expect(tables(honest)).toEqual(['Signed'])
    expect(version(honest)).toBe(BASE)
  })

  it('is applied although another log entry names it for a second version', async () => {
    const { reopen, other } = await twoDevices()
    const [newer, older] = [await reopen([CHARTS]), await other([])]
    await meddle(newer, [], [['9.0.0', migrationHash(first(newer.session), CHARTS)]])
    await draw(newer, 'ages')
    link(newer, older)
    await met(older, newer)
    expect(version(older)).toBe('0.3.0')
  })

  it('is not added when the log names another change for its version: the error is reported and edits work', async () => {
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
  it('sync the home document and spaces when one of them is updated first', async () => {
    const relay = await startRelay()
    ends.push(() => relay.stop())
    const [backends, PASSPHRASE] = [[memoryBackend(), memoryBackend()], 'correct horse battery']
    const start = async (which: 0 | 1, migrations: readonly Migration[], online: boolean) => {
      const engine = await nodeEngine({
        backend: backends[which] as ReturnType<typeof memoryBackend>,
        migrations,
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
    // Disconnected: one program is updated, both write.
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
    // A copy would lose content that the older program does not know; an archive keeps it.
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

import { afterEach, describe, expect, it } from 'vitest'
import { archiveOf, aStore, linkSessions, testSpace, type WatchedSession, watched } from '../../../test/support/sessions.ts'
import { signer } from '../../bytes/ed25519.ts'
import { makeStatement } from '../../people/attestation.ts'
import { type DeviceKeys, newDeviceKeys, publicHalf } from '../../people/device-keys.ts'
import { addDeviceEntry } from '../../people/founding.ts'
import { examineHere } from '../examine/examination.ts'
import { proveArchive } from '../features/archive-file.ts'
import { openSession } from './open-session.ts'
import type { SpaceStore } from './space-store.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const heads = ({ session }: WatchedSession) => session.space().resident.handle.getHeads().sort().join()
const tables = ({ session }: WatchedSession) =>
  session
    .space()
    .schema.tables.map(({ name }) => name)
    .sort()
const edit = ({ session }: WatchedSession, name: string) => session.commit(crypto.randomUUID(), [{ do: 'create-table', name }])

/** Links two devices until both have the same document, then disconnects them. */
const meet = async (one: WatchedSession, other: WatchedSession) => {
  const { end } = linkSessions(one, other)
  await Promise.race([one, other].map(({ until }) => until(() => heads(one) === heads(other))))
  end()
}

/** Opens the space of a session with a new store and other keys. */
const openedFrom = async ({ session }: WatchedSession, keys: DeviceKeys, fill: (store: SpaceStore) => Promise<void>) => {
  const store = await aStore(session.id)
  await store.appendLog([...session.log.values()])
  await fill(store)
  return watched((changed) =>
    openSession(
      session.id,
      session.root,
      keys,
      store,
      { persisted: changed, logChanged: changed, reloaded: changed },
      { examine: examineHere },
    ),
  )
}

/** A device writes and syncs, its storage is rolled back to before that, and it writes and syncs again. */
const afterRollback = async () => {
  const space = await testSpace()
  const { holder } = space
  const friend = await space.other()
  await meet(holder, friend)
  const before = archiveOf(holder.session)
  await edit(holder, 'Lost')
  await meet(holder, friend)
  await holder.session.close()
  const restored = await openedFrom(holder, holder.session.keys, (store) =>
    store.append({ changes: [before.document], statements: before.statements, calls: [] }),
  )
  await edit(restored, 'Written again')
  await meet(restored, friend)
  return { ...space, friend, restored }
}

describe('after a device whose storage was rolled back has written again', () => {
  it('other devices keep a statement for each of its branches, also after a restart', async () => {
    const { friend, other } = await afterRollback()
    expect(tables(friend)).toEqual(['Lost', 'Written again'])
    expect(friend.session.statements.size).toBe(2)
    await friend.session.close()
    const again = await other()
    expect(again.session.statements.size).toBe(2)
    await edit(again, 'Later')
    expect(again.session.statements.size).toBe(3)
  })

  it('archives by other devices can be opened', async () => {
    const { friend } = await afterRollback()
    expect((await proveArchive(archiveOf(friend.session))).devices.size).toBe(2)
  })

  it('a new device receives both branches', async () => {
    const { friend } = await afterRollback()
    const keys = await newDeviceKeys()
    const { session } = friend
    await session.addEntries([await addDeviceEntry(session.keys, session.root, session.membership, publicHalf(keys))])
    const newcomer = await openedFrom(friend, keys, async () => undefined)
    await meet(friend, newcomer)
    expect(tables(newcomer)).toEqual(['Lost', 'Written again'])
    expect(newcomer.session.statements.size).toBe(2)
  })

  it('one statement covers both branches again once the device has merged and written', async () => {
    const { friend, restored } = await afterRollback()
    await edit(restored, 'Merged')
    await meet(restored, friend)
    expect(friend.session.statements.size).toBe(1)
    expect((await proveArchive(archiveOf(friend.session))).devices.size).toBe(2)
  })
})

describe('a statement by a listed device about the change of another device', () => {
  it('does not replace the statement of the signing device', async () => {
    const { holder, other, otherKeys } = await testSpace()
    const friend = await other()
    await meet(holder, friend)
    await edit(friend, 'By the friend')
    await meet(friend, holder)
    const { session } = holder
    const { change = '' } = await edit(holder, 'By the holder')
    const { sign } = otherKeys
    const { root, membership } = session
    const odd = await makeStatement(root, membership.document, change, sign.publicKey, await signer(sign))
    await session.exclusive((receive) => receive({ from: 'x', changes: [], statements: [odd], actorClocks: new Map() }))
    expect((await proveArchive(archiveOf(holder.session))).devices.size).toBe(2)
  })
})

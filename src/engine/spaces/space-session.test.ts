import { describe, expect, it } from 'vitest'
import { linkedPair, linkSessions, testSpace, type WatchedSession } from '../../../test/support/sessions.ts'
import { readRecord } from '../../space/read-records.ts'
import { flatOf } from '../../space/read-schema.ts'
import type { FieldId, RecordId, TableId } from '../api/engine.ts'
import { newId } from '../api/new-id.ts'
import { type Examine, examineHere } from '../examine/examination.ts'
import { runSpaceLink } from '../peers/link/space-link.ts'
import type { SessionOptions } from './space-session.ts'

const [TABLE, NAME] = [newId<TableId>(), newId<FieldId>()]

/** Links both sessions until they have the same document. */
const meet = async (one: WatchedSession, other: WatchedSession): Promise<void> => {
  const links = linkedPair()
  const options = { onReady: () => undefined, onProgress: () => undefined, onDropped: () => undefined }
  const ended = [
    runSpaceLink(links.one, one.session, { ...options, initiator: true }),
    runSpaceLink(links.other, other.session, { ...options, initiator: false }),
  ].map((each) => each.catch(() => undefined))
  const heads = ({ session }: WatchedSession) => session.space().resident.handle.getHeads().sort().join()
  // Either session may be the last to change.
  await Promise.race([one, other].map((each) => each.until(() => heads(one) === heads(other))))
  links.end()
  await Promise.all(ended)
}

/** Two devices that both have a table with one record. */
const bothHold = async (options?: SessionOptions) => {
  const { holder, other } = await testSpace(options)
  const record = newId<RecordId>()
  await holder.session.commit('table', [
    { do: 'create-table', id: TABLE, name: 'People', fields: [{ id: NAME, name: 'Name', type: 'text' }] },
    { do: 'create-record', id: record, table: TABLE, values: { Name: 'Ash' } },
  ])
  const away = await other()
  await meet(holder, away)
  return { holder, away, record }
}

const nameOf = ({ session }: WatchedSession, record: RecordId) => readRecord(session.space(), TABLE, record)?.flat[NAME]

describe('applying remote changes', () => {
  it.each([
    ['few', 60],
    ['many', 700],
  ])('merges %s missed changes with concurrent local changes', { timeout: 60_000 }, async (_, missed) => {
    const { holder, away, record } = await bothHold()
    const own = newId<RecordId>()
    await away.session.commit('own', [{ do: 'create-record', id: own, table: TABLE, values: { Name: 'Mine' } }])
    for (let at = 0; at < missed; at++)
      await holder.session.commit(`set ${at}`, [{ do: 'set', table: TABLE, record, field: NAME, value: `Ash ${at}` }])
    await meet(holder, away)
    for (const each of [holder, away]) {
      expect(nameOf(each, record)).toBe(`Ash ${missed - 1}`)
      expect(nameOf(each, own)).toBe('Mine')
      expect(flatOf(each.session.space().resident.handle, each.session.space().containers.info).name).toBe('Lumen House')
    }
    await holder.session.close()
    await away.session.close()
  })

  it('applies changes from one link while a whole document from another link is validated', async () => {
    let release = (): void => undefined
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    let looked = (): void => undefined
    const looking = new Promise<void>((resolve) => {
      looked = resolve
    })
    const slowly: boolean[] = []
    const examine: Examine = async (name, question) => {
      if (slowly.pop()) {
        looked()
        await released
      }
      return examineHere(name, question)
    }
    const { holder, away, record } = await bothHold({ examine })
    const write = (name: string) => holder.session.commit(name, [{ do: 'set', table: TABLE, record, field: NAME, value: name }])
    for (let at = 0; at < 700; at++) await write(`Ash ${at}`)

    slowly.push(true)
    const first = linkSessions(holder, away)
    await looking
    await write('Bay')
    const second = linkSessions(holder, away)
    await away.until(() => nameOf(away, record) === 'Bay')
    release()
    await write('Cyan')
    await away.until(() => nameOf(away, record) === 'Cyan')
    await write('Dew')
    await away.until(() => nameOf(away, record) === 'Dew')
    const open = Symbol()
    const endings = [...first.ended, ...second.ended].map((each) => Promise.race([each, Promise.resolve(open)]))
    expect(await Promise.all(endings)).toEqual([open, open, open, open])

    first.end()
    second.end()
    await Promise.all([...first.ended, ...second.ended])
    await holder.session.close()
    await away.session.close()
  })
})

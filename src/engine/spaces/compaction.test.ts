import { describe, expect, it, vi } from 'vitest'
import { eventually } from '../../../test/support/eventually.ts'
import { handClock } from '../../../test/support/hand-clock.ts'
import { testSpace } from '../../../test/support/sessions.ts'
import { randomBytes, toHex } from '../../bytes/encoding.ts'
import { type DecodedChange, encodeChange } from '../../space/automerge.ts'
import { readRecord } from '../../space/read-records.ts'
import type { FieldId, RecordId, TableId } from '../api/engine.ts'
import { newId } from '../api/new-id.ts'
import { examineHere } from '../examine/examination.ts'

/** Incompressible text, so that the parts soon outgrow the snapshot. */
const long = () => toHex(randomBytes(60_000))

describe('compaction', () => {
  it('keeps the document, its statements and the answered calls', async () => {
    const { holder, reopen } = await testSpace()
    const { session } = holder
    const [table, text] = [newId<TableId>(), newId<FieldId>()]
    await session.commit('first', [
      { do: 'create-table', id: table, name: 'Members', fields: [{ id: text, name: 'Text', type: 'text' }] },
    ])
    const written = new Map(Array.from({ length: 25 }, () => [newId<RecordId>(), long()]))
    for (const [id, value] of written)
      await session.commit(`write ${id}`, [{ do: 'create-record', table, id, values: { [text]: value } }])
    const [before, answer] = [session.space().resident.handle.getHeads(), await session.commit('first', [])]

    const saved = vi.spyOn(session.space().resident.handle, 'save')
    // A commit during compaction waits, and is kept.
    const [first = newId<RecordId>()] = written.keys()
    const [, edited] = await Promise.all([
      session.compactWhenWorth(),
      session.commit('meanwhile', [{ do: 'set', table, record: first, field: text, value: 'Ash' }]),
    ])
    expect(edited.change).toBeDefined()
    expect(saved).toHaveBeenCalledOnce()
    await session.close()

    const again = (await reopen()).session
    const { handle } = again.space().resident
    for (const head of before) expect(handle.getChangeMetaByHash(head)).toBeDefined()
    for (const [id, value] of written) expect(readRecord(again.space(), table, id)?.flat[text]).toBe(id === first ? 'Ash' : value)
    expect(await again.commit('first', [{ do: 'update-space', name: 'not done twice' }])).toEqual(answer)
    expect([...again.statements.values()].map(({ change }) => change)).toEqual([edited.change])
    await again.close()
  })

  it('never replaces the stored document with one that cannot be loaded', async () => {
    const clock = handClock()
    const { holder, failures, reopen } = await testSpace({ examine: examineHere, clock })
    const { session } = holder
    const [table, text] = [newId<TableId>(), newId<FieldId>()]
    await session.commit('first', [
      { do: 'create-table', id: table, name: 'Members', fields: [{ id: text, name: 'Text', type: 'text' }] },
    ])
    for (let index = 0; index < 25; index++)
      await session.commit(`write ${index}`, [{ do: 'create-record', table, id: newId<RecordId>(), values: { [text]: long() } }])
    const { handle } = session.space().resident
    const heads = handle.getHeads()
    // The gate rejects this change: the number of its first operation is already used.
    const broken = encodeChange({
      actor: 'bb'.repeat(24),
      seq: 1,
      startOp: 1,
      time: 1,
      message: '{"what":"set"}',
      deps: heads,
      ops: [{ action: 'set', obj: '_root', key: 'key', value: 'low', pred: [] }],
    } as unknown as DecodedChange)
    const from = 'cc'.repeat(32)
    await session.exclusive((receive) => receive({ from, changes: [broken], statements: [], actorClocks: new Map() }))
    clock.turn(5_000)
    // The document proof names the sending device. Compaction, which was due as well, finds the same error.
    await eventually(() => expect(failures).toHaveLength(2))
    expect(failures).toContainEqual(
      expect.objectContaining({ code: 'damaged', message: expect.stringContaining(from.slice(0, 8)) }),
    )

    const saved = vi.spyOn(handle, 'save')
    await session.compactWhenWorth()
    expect(saved).not.toHaveBeenCalled()
    await session.close()
    const again = (await reopen()).session
    for (const head of heads) expect(again.space().resident.handle.getChangeMetaByHash(head)).toBeDefined()
    await again.close()
  })
})

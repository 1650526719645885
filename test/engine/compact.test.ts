import { describe, expect, it, vi } from 'vitest'
import { randomBytes, toHex } from '../../src/bytes/encoding.ts'
import type { FieldId, RecordId, TableId } from '../../src/engine/engine.ts'
import { newId } from '../../src/engine/new-id.ts'
import { readRecord } from '../../src/space/read-records.ts'
import { testSpace } from '../support/sessions.ts'

/** Characters that no compression makes short, so that what is written soon outgrows the snapshot. */
const long = () => toHex(randomBytes(60_000))

describe('folding what was written into a snapshot', () => {
  it('loses nothing: the document, who stands for it, and the calls that were answered', async () => {
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
    // Edits that are asked for meanwhile wait, and are kept.
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
})

import type { EngineClient } from '../../src/engine/api/client.ts'
import type { Edit, FieldId, RecordId, SpaceId, TableId } from '../../src/engine/api/engine.ts'
import { newId } from '../../src/space/ids.ts'
import { opened, withEngine } from './support/engine-threads.ts'
import { absolute, type Figure } from './support/figure.ts'

/** Records that go to the trash with the one they link to. */
const CHILDREN = 50_000
/** Records made in one transaction. */
const TOGETHER = 5_000
/** Milliseconds. */
const ANSWER_MUST = 100
const SHOWN_MUST = 2_000

const untilTotal = (engine: EngineClient, space: SpaceId, table: TableId, total: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const watching = engine.watch(
      'window',
      { space, table, offset: 0, limit: 50 },
      (window) => {
        if (window.total !== total) return
        queueMicrotask(() => watching.stop())
        resolve()
      },
      reject,
    )
  })

/** A record goes to the trash, and all that hang on it go along. */
export const deleteMany = (count = CHILDREN): Promise<Figure[]> =>
  withEngine(async (engine) => {
    const { space } = await engine.call('createSpace', { name: 'Bench' })
    const [parents, children, link, parent] = [newId<TableId>(), newId<TableId>(), newId<FieldId>(), newId<RecordId>()]
    await engine.call('commit', {
      space,
      edits: [
        { do: 'create-table', id: parents, name: 'Parents', fields: [{ name: 'Name', type: 'text' }] },
        {
          do: 'create-table',
          id: children,
          name: 'Children',
          fields: [
            { name: 'Name', type: 'text' },
            { id: link, name: 'Parent', type: 'link', target: parents, many: false, onDelete: 'cascade' },
          ],
        },
        { do: 'create-record', id: parent, table: parents, values: { Name: 'The one' } },
      ],
    })
    await opened(engine, space)
    for (let at = 0; at < count; at += TOGETHER) {
      const edits = Array.from(
        { length: Math.min(TOGETHER, count - at) },
        (_, index): Edit => ({
          do: 'create-record',
          table: children,
          values: { Name: `child ${at + index}`, [link]: parent },
        }),
      )
      await engine.call('commit', { space, edits })
    }
    await untilTotal(engine, space, children, count)
    const began = performance.now()
    const gone = untilTotal(engine, space, children, 0).then(() => performance.now() - began)
    await engine.call('commit', { space, edits: [{ do: 'delete', what: { table: parents, record: parent } }] })
    const answered = performance.now() - began
    return [absolute('delete/answer', answered, 'ms', ANSWER_MUST), absolute('delete/out-of-views', await gone, 'ms', SHOWN_MUST)]
  })

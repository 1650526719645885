import { examineHere } from '../../src/engine/examine/examination.ts'
import { runSpaceLink } from '../../src/engine/peers/link/space-link.ts'
import type { SpaceSession } from '../../src/engine/spaces/space-session.ts'
import { previewCsv } from '../../src/exchange/csv/preview.ts'
import { newResident } from '../../src/space/automerge.ts'
import { addBulk, BULK_RECORDS, beginBulk, endBulk } from '../../src/space/edits/bulk.ts'
import type { RecordId } from '../../src/space/ids.ts'
import { handClock } from '../support/hand-clock.ts'
import { linkedPair, testSpace } from '../support/sessions.ts'
import type { Figure } from './support/figure.ts'
import { loadBareAutomerge } from './support/load-automerge.ts'
import { realRows } from './support/real-table.ts'
import { wideTable } from './support/wide-table.ts'

/** Changes that the other device missed. */
const MISSED = [2_000, 20_000]
/** Commits that wait at one time. */
const TOGETHER = 500
const NOW = 1_780_000_000

/**
 * Waits for both to have the same, over WebRTC.
 * @returns milliseconds since both knew each other: to connect takes the same however much was missed
 */
const meet = async (
  one: SpaceSession,
  other: { session: SpaceSession; until(holds: () => boolean): Promise<void> },
): Promise<number> => {
  const links = linkedPair()
  let began = 0
  const ready = () => {
    began = performance.now()
  }
  const options = { onReady: ready, onProgress: () => undefined, onDropped: (reason: unknown) => console.error(reason) }
  const ended = [
    runSpaceLink(links.one, one, { ...options, initiator: true }),
    runSpaceLink(links.other, other.session, { ...options, initiator: false }),
  ].map((each) => each.catch(() => undefined))
  const heads = one.space().resident.handle.getHeads().sort().join()
  await other.until(() => other.session.space().resident.handle.getHeads().sort().join() === heads)
  const time = performance.now() - began
  links.end()
  await Promise.all(ended)
  return time
}

/** A device that was away comes back to many small changes: ready again, beside a bare handle that takes them in, or all of it. */
export const catchUp = async (rowCount?: number, missing: readonly number[] = MISSED): Promise<Figure[]> => {
  await loadBareAutomerge()
  const file = wideTable(rowCount)
  const rows = await realRows(file, (await previewCsv(file)).guess)
  const { holder, other } = await testSpace({ examine: examineHere, clock: handClock() })
  const { session } = holder
  const records: RecordId[] = []
  let bulk: ReturnType<typeof beginBulk>['bulk'] | undefined
  await session.write((space) => {
    const begun = beginBulk(space, 'Wide', rows[0]?.map((_, at) => ({ name: `Column ${at}`, type: 'text' as const })) ?? [], NOW)
    bulk = begun.bulk
    return begun.committed
  })
  const table = bulk
  if (!table) throw new Error('The import could not begin.')
  for (let at = 0; at < rows.length; at += BULK_RECORDS) {
    const committed = await session.write((space) => addBulk(space, table, rows.slice(at, at + BULK_RECORDS), NOW))
    records.push(...(committed?.touched.records.get(table.table) ?? []))
  }
  await session.write((space) => endBulk(space, table, NOW))
  const away = await other()
  await meet(session, away)

  const figures: Figure[] = []
  for (const missed of missing) {
    const since = session.space().resident.handle.getHeads()
    const whole = session.space().resident.handle.save()
    for (let at = 0; at < missed; at += TOGETHER) {
      await Promise.all(
        Array.from({ length: TOGETHER }, (_, index) =>
          session.commit(`${missed} ${at + index}`, [
            {
              do: 'set',
              table: table.table,
              record: records[((at + index) * 7_919) % records.length] as RecordId,
              field: table.fields[0] as never,
              value: `new ${at + index}`,
            },
          ]),
        ),
      )
    }
    const { handle } = session.space().resident
    const changes = handle.getChanges(since)
    const bare = newResident('ab'.repeat(24)).handle
    bare.loadIncremental(whole)
    bare.updateDiffCursor()
    const began = performance.now()
    for (const change of changes) bare.loadIncremental(change)
    bare.diffIncremental()
    const singly = performance.now() - began
    bare.free()
    const saved = handle.save()
    const loadBegan = performance.now()
    const loaded = newResident('ab'.repeat(24)).handle
    loaded.loadIncremental(saved)
    const atOnce = performance.now() - loadBegan
    loaded.free()
    const own = await meet(session, away)
    figures.push({ name: `catch-up/${missed}`, value: own, unit: 'ms', beside: Math.min(singly, atOnce), must: 1.3 })
    figures.push({ name: `catch-up/${missed}-singly`, value: own, unit: 'ms', beside: singly })
  }
  return figures
}

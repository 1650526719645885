import { difference } from '../edits/texts.ts'
import type { RecordId, TableId } from '../ids.ts'
import { type Committed, commit, type Space } from '../space.ts'
import type { DocumentPath, Recorder } from '../steps.ts'
import type { Scalar } from '../value.ts'
import { compareSpaces, type Difference, flatAt } from './compare.ts'

/** What to restore: everything, a table with its fields, views and records, or one record. */
export type Restorable = 'space' | { readonly table: TableId } | { readonly table: TableId; readonly record: RecordId }

/** How many items of each kind a restore would change. `purged` items cannot be restored. */
export interface RestoreCounts {
  readonly records: number
  readonly tables: number
  readonly fields: number
  readonly views: number
  readonly purged: number
}

/** The differences between a past state and the present one, limited to what is restored. */
export const differencesTo = (past: Space, now: Space, what: Restorable): Difference[] => {
  if (what !== 'space' && 'record' in what) {
    const place: DocumentPath = { in: 'record', ...what }
    const [before, after] = [flatAt(past, place), flatAt(now, place)]
    return [{ place, before, after }]
  }
  const all = compareSpaces(past, now)
  return what === 'space' ? all : all.filter(({ place, before, after }) => belongsTo(what.table, place, before ?? after))
}

const belongsTo = (table: TableId, place: DocumentPath, flat: Readonly<Record<string, Scalar>> | undefined): boolean => {
  if (place.in === 'table' || place.in === 'record') return place.table === table
  return place.in !== 'info' && flat?.table === table
}

export const restoreCounts = (differences: readonly Difference[]): RestoreCounts => {
  const count = (kind: DocumentPath['in']) =>
    differences.filter(({ place, after }) => place.in === kind && after !== undefined).length
  return {
    records: count('record'),
    tables: count('table'),
    fields: count('field'),
    views: count('view'),
    purged: differences.filter(({ after }) => after === undefined).length,
  }
}

/**
 * Restores an earlier state as one new change that can be undone. Items created since then go to the trash, and later edits stay in
 * the history. Purged items are not restored.
 * @returns undefined if nothing differs
 * @throws {SpaceError} `too-large` if the change would exceed its limit; restore one table or record at a time
 */
export const putBackTo = (now: Space, differences: readonly Difference[], seconds: number): Committed | undefined =>
  commit(now, 'put-back', seconds, (_, recorder) => {
    for (const { place, before, after } of differences)
      if (after !== undefined) putPlaceBack(recorder, place, before, after, seconds)
  })

const putPlaceBack = (
  recorder: Recorder,
  place: DocumentPath,
  before: Readonly<Record<string, Scalar>> | undefined,
  after: Readonly<Record<string, Scalar>>,
  seconds: number,
): void => {
  if (before === undefined) {
    if (place.in !== 'info') recorder.put(place, '~deleted', seconds)
    return
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[key], after[key]]
    if (was === is) continue
    const text = recorder.text(place, key)
    if (text !== undefined) {
      const { at, remove, insert } = difference(text, String(was ?? ''))
      recorder.splice(place, key, at, remove, insert)
    } else if (was === undefined) recorder.remove(place, key)
    else recorder.put(place, key, was)
  }
}

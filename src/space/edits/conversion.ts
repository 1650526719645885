import { cellOf, formerLinksOf } from '../cells/cell.ts'
import { plainText } from '../cells/plain-text.ts'
import { SpaceError } from '../errors.ts'
import type { FieldId, RecordId, TableId } from '../ids.ts'
import { withAnswers } from '../lookups.ts'
import { readTable } from '../read-records.ts'
import { everyTable, type Field, primaryOf } from '../schema.ts'
import type { Space } from '../space.ts'
import { recorder } from '../steps.ts'
import { rehearse } from '../write.ts'
import { applyEdits } from './apply-edits.ts'
import type { Edit } from './edits.ts'

/** The effect of changing a field's type, options or settings on its cells. Cells that would not be shown are kept. */
export interface Conversion {
  /** Records outside the trash whose cell has content. */
  readonly filled: number
  /** Cells that would show a value of the new type. */
  readonly fits: number
  /** Cells that would show their present content, marked as unfit. */
  readonly unfit: number
  /** Cells that would show nothing: the new type is computed, or the chosen option no longer exists. */
  readonly hidden: number
  /** The most frequent texts that would not fit: at most 100. */
  readonly unfitTexts: readonly { readonly text: string; readonly count: number }[]
}

/** Maximum number of texts in the result, and maximum number that are counted separately. */
const MOST_TEXTS = 100
const COUNTED = 10_000

const placeless = () => new SpaceError('not-found', 'The item to change does not exist. It may have been deleted.')

/**
 * The field after these edits; nothing is written.
 * @throws {SpaceError} as the commit would; `not-found`
 */
const fieldAfter = (space: Space, edits: readonly Edit[], id: FieldId, now: number): Field => {
  const { containers, schema, knows } = space
  const field = rehearse(space.resident.handle, (transaction) =>
    withAnswers(new Map(), (ask) => {
      const written = recorder(transaction, containers, placeless)
      return applyEdits({ transaction, containers, recorder: written, schema, knows, now, ask }, edits).fields.get(id)
    }),
  )
  if (!field) throw new SpaceError('not-found', `This space has no field ${id}. It may have been purged.`)
  return field
}

/** The labels of a table's records. */
const namesIn = (space: Space, id: TableId | undefined): ReadonlyMap<RecordId, string> => {
  const table = everyTable(space.schema).find((each) => each.id === id)
  const primary = table && primaryOf(table)
  if (!table || !primary) return new Map()
  const records = [...readTable(space, table.id)].flat()
  return new Map(records.map((record) => [record.id, plainText(primary, cellOf(primary, record.flat))]))
}

/**
 * Reads every cell of a field as it would be after the edits, a few records at a time so that other work can run in between.
 * @param edits of tables, fields and options only, such as `update-field` with another type
 * @param now seconds since 1970
 * @throws {SpaceError} as the commit would; `not-found` if no table has the field
 */
export function* previewConversion(
  space: Space,
  id: FieldId,
  edits: readonly Edit[],
  now: number,
): Generator<void, Conversion, undefined> {
  const table = everyTable(space.schema).find(({ fields }) => fields.some((field) => field.id === id))
  const before = table?.fields.find((field) => field.id === id)
  if (!table || !before) throw new SpaceError('not-found', `No table of this space has the field ${id}. It may have been purged.`)
  const after = fieldAfter(space, edits, id, now)
  let [filled, fits, unfit, hidden] = [0, 0, 0, 0]
  const texts = new Map<string, number>()
  let names: ReadonlyMap<RecordId, string> | undefined
  for (const records of readTable(space, table.id)) {
    for (const { flat } of records) {
      if (flat['~deleted'] !== undefined || cellOf(before, flat) === undefined) continue
      filled += 1
      const cell = cellOf(after, flat)
      if (cell === undefined) hidden += 1
      else if (cell.kind !== 'unfit') fits += 1
      else {
        unfit += 1
        const former = formerLinksOf(after, flat)
        if (former.length > 0) names ??= namesIn(space, after.target)
        const text = former.length > 0 ? former.map((to) => names?.get(to) || to).join(', ') : cell.text
        if (texts.size < COUNTED || texts.has(text)) texts.set(text, (texts.get(text) ?? 0) + 1)
      }
    }
    yield
  }
  const unfitTexts = [...texts]
    .map(([text, count]) => ({ text, count }))
    .sort((one, other) => other.count - one.count || (one.text < other.text ? -1 : 1))
  return { filled, fits, unfit, hidden, unfitTexts: unfitTexts.slice(0, MOST_TEXTS) }
}

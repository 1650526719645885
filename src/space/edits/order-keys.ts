import { SpaceError } from '../errors.ts'
import type { FieldId, RecordId, TableId } from '../ids.ts'
import { byOrder, fitsBetween, MOST_RENEWED, orderKeyBetween, orderKeys } from '../order/order.ts'
import type { DocumentPath, Recorder } from '../steps.ts'
import type { Placed, Writing } from './draft.ts'

interface Ordered {
  readonly order: string
  readonly place: DocumentPath
  /** The key under which the order key is stored. */
  readonly key: string
}

/** A new order key between `after` and the items that follow. Items without a gap get new keys in the same change. */
const orderBefore = (
  recorder: Recorder,
  after: string | undefined,
  following: readonly Ordered[],
): { readonly key: string; readonly renewed: readonly string[] } => {
  const made = orderKeyBetween(
    after,
    following.map(({ order }) => order),
  )
  for (const [index, { place, key }] of following.slice(0, made.renewed.length).entries())
    recorder.put(place, key, made.renewed[index] as string)
  return made
}

/** A new order key in front of the item at `at` of a sorted list, or at the end if `at` is the length of the list. */
export const orderAt = (recorder: Recorder, sorted: readonly Ordered[], at: number): string =>
  orderBefore(recorder, sorted[at - 1]?.order, sorted.slice(at)).key

/**
 * A new order key among items that store theirs at `~order`.
 * @param before the item to insert before; last if `null` or undefined
 */
export const orderAmong = (
  { recorder }: Writing,
  places: readonly { readonly id: string; readonly place: DocumentPath }[],
  before?: string | null,
): string => {
  const sorted = places
    .map(({ id, place }) => ({ id, place, key: '~order', order: String(recorder.read(place, '~order') ?? '') }))
    .sort(byOrder)
  const found = before === null || before === undefined ? -1 : sorted.findIndex(({ id }) => id === before)
  return orderAt(recorder, sorted, found < 0 ? sorted.length : found)
}

/** The rows of a table, or the children of one parent ('' for the top) in a tree. */
export interface RowList {
  readonly table: TableId
  readonly tree?: { readonly field: FieldId; readonly parent: RecordId | '' }
}

/**
 * The order key that places a record in a list of rows.
 * @param before the row to insert before; last if `null` or undefined
 * @throws {SpaceError} `too-many` if more rows have equal keys at this position than one change can renew
 */
export const rowOrder = (writing: Writing, list: RowList, record: RecordId, before: RecordId | null | undefined): string => {
  const { draft } = writing
  const { table, tree } = list
  const name = tree === undefined ? table : `${tree.field}>${tree.parent}`
  const placed = draft.placed.get(tree?.field ?? table) ?? new Map<RecordId, Placed>()
  draft.placed.set(tree?.field ?? table, placed)
  if (before === null || before === undefined) {
    const after = draft.orders.get(name) ?? keyInFront(writing, list)
    const order = orderKeys(1, after)[0] as string
    draft.orders.set(name, order)
    placed.set(record, { list: name, after })
    return order
  }
  const known = placed.get(before)
  const after = known?.list === name ? known.after : keyInFront(writing, list, before)
  const next = orderOf(writing, list, before)
  const order = fitsBetween(after, next)
    ? (orderKeys(1, after, next)[0] as string)
    : orderBeforeRun(writing, list, { name, placed }, after, before)
  placed.set(before, { list: name, after: order })
  placed.set(record, { list: name, after })
  return order
}

/** The order key in front of a row before this transaction; without a row, the last one. */
const keyInFront = ({ ask }: Writing, { table, tree }: RowList, before?: RecordId): string | undefined => {
  const at = before === undefined ? { table } : { table, before }
  return tree === undefined ? ask({ kind: 'last-order', ...at }) : ask({ kind: 'last-child', ...tree, ...at })
}

const orderOf = ({ recorder }: Writing, { table, tree }: RowList, record: RecordId): string => {
  const place: DocumentPath = { in: 'record', table, record }
  return String((tree && recorder.read(place, `${tree.field}/order`)) ?? recorder.read(place, '~order') ?? '')
}

/** Like `orderBefore`, for rows: looks the following rows up and merges those that this transaction placed. */
const orderBeforeRun = (
  writing: Writing,
  list: RowList,
  { name, placed }: { readonly name: string; readonly placed: Map<RecordId, Placed> },
  after: string | undefined,
  before: RecordId,
): string => {
  const { draft, recorder, ask } = writing
  const { table, tree } = list
  const here = [...placed].flatMap(([id, { list }]) => (list === name ? [id] : []))
  const key = tree === undefined ? '~order' : `${tree.field}/order`
  const rows = [...new Set([...ask({ kind: 'rows-from', ...list, before }), ...here])]
    .map((id): Ordered & { id: RecordId } => ({
      id,
      place: { in: 'record', table, record: id },
      key,
      order: orderOf(writing, list, id),
    }))
    .sort(byOrder)
  const following = rows.slice(rows.findIndex(({ id }) => id === before))
  const beyond = following[MOST_RENEWED]
  if (beyond && beyond.order <= (after ?? '')) {
    throw new SpaceError(
      'too-many',
      `More than ${MOST_RENEWED.toLocaleString('en')} rows in succession have the same order key, so no row can be placed between them. Place it before all of them or after them.`,
    )
  }
  const made = orderBefore(recorder, after, following)
  for (const [index, order] of [made.key, ...made.renewed].entries()) {
    const row = following[index]
    if (row) placed.set(row.id, { list: name, after: order })
  }
  // The next row at the end must follow a last row that got a new key.
  const last = made.renewed.at(-1)
  if (last !== undefined && made.renewed.length === following.length) draft.orders.set(name, last)
  return made.key
}

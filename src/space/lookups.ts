import type { FieldId, RecordId, TableId } from './ids.ts'

/**
 * What writing needs to know of other records, and the document does not tell without being read whole. The index knows; it is
 * asked before the transaction that needs the answer. The trash is left out.
 */
export type Lookup =
  /** Records whose cell equals this as unique fields compare. */
  | { readonly kind: 'holding'; readonly table: TableId; readonly field: FieldId; readonly folded: string }
  /** Records that link to this one by this field. */
  | { readonly kind: 'linking'; readonly field: FieldId; readonly to: RecordId }
  /** Records that go to the trash with this one, in whatever table. */
  | { readonly kind: 'cascading'; readonly table: TableId; readonly record: RecordId }
  /** The greatest order key of a table's rows, the trash included; without `before`, or else of those before that row. */
  | { readonly kind: 'last-order'; readonly table: TableId; readonly before?: RecordId }
  /** The greatest order key among the children of a parent ('' for the top) in a tree; or of those before one of them. */
  | {
      readonly kind: 'last-child'
      readonly table: TableId
      readonly field: FieldId
      readonly parent: RecordId | ''
      readonly before?: RecordId
    }
  /** Rows of a table, or children of a parent in a tree, from one of them on: at most `MOST_RENEWED` + 1. */
  | {
      readonly kind: 'rows-from'
      readonly table: TableId
      readonly tree?: { readonly field: FieldId; readonly parent: RecordId | '' }
      readonly before: RecordId
    }
  /** A record and its ancestors in a tree, upwards, with the parents they are shown under. */
  | { readonly kind: 'way-up'; readonly table: TableId; readonly field: FieldId; readonly record: RecordId }
  /** The greatest number that an automatic numbering gave, the trash included; 0 for none. */
  | { readonly kind: 'last-number'; readonly table: TableId; readonly field: FieldId }

export interface LookupAnswers {
  readonly holding: readonly RecordId[]
  readonly linking: readonly RecordId[]
  readonly cascading: readonly { readonly table: TableId; readonly record: RecordId }[]
  readonly 'last-order': string | undefined
  readonly 'last-child': string | undefined
  readonly 'rows-from': readonly RecordId[]
  readonly 'way-up': readonly { readonly record: RecordId; readonly parent: RecordId | '' }[]
  readonly 'last-number': number
}

/** Answers that were fetched, by what was asked. */
export type Answers = ReadonlyMap<string, unknown>

export const lookupKey = (lookup: Lookup): string => JSON.stringify(lookup)

/** Thrown by a transaction that asked what is not known yet; it wrote nothing, and is to be run again with the answers. */
export class LookupsMissing extends Error {
  override readonly name = 'LookupsMissing'

  constructor(readonly lookups: readonly Lookup[]) {
    super('This transaction has to know more of other records before it can be written.')
  }
}

/** Answers lookups during one transaction. */
export type Ask = <Kind extends Lookup['kind']>(lookup: Extract<Lookup, { readonly kind: Kind }>) => LookupAnswers[Kind]

const UNKNOWN: LookupAnswers = {
  holding: [],
  linking: [],
  cascading: [],
  'last-order': undefined,
  'last-child': undefined,
  'rows-from': [],
  'way-up': [],
  'last-number': 0,
}

/**
 * Runs `work` with what is known; what it asks beyond that is gathered, so that one round fetches all of it.
 * @throws {LookupsMissing} after `work`, when something was missing; or in the place of what `work` throws for want of it
 */
export const withAnswers = <T>(answers: Answers, work: (ask: Ask) => T): T => {
  const missing = new Map<string, Lookup>()
  const ask: Ask = (lookup) => {
    const key = lookupKey(lookup)
    if (answers.has(key)) return answers.get(key) as never
    missing.set(key, lookup)
    return UNKNOWN[lookup.kind] as never
  }
  let result: T
  try {
    result = work(ask)
  } catch (error) {
    throw missing.size > 0 ? new LookupsMissing([...missing.values()]) : error
  }
  if (missing.size > 0) throw new LookupsMissing([...missing.values()])
  return result
}

/** Text as unique fields compare it: trimmed, in composed form (NFC), letter case aside. */
export const foldText = (text: string): string => text.trim().normalize('NFC').toLowerCase()

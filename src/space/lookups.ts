import type { FieldId, RecordId, TableId } from './ids.ts'

/**
 * A question about other records that the document can answer only by being read as a whole. The index answers it before the
 * transaction runs. Records in the trash are left out.
 */
export type Lookup =
  /** Records whose cell equals this value, compared as unique fields are. */
  | { readonly kind: 'holding'; readonly table: TableId; readonly field: FieldId; readonly folded: string }
  /** Records that link to this one by this field. */
  | { readonly kind: 'linking'; readonly field: FieldId; readonly to: RecordId }
  /** Records of any table that go to the trash together with this one. */
  | { readonly kind: 'cascading'; readonly table: TableId; readonly record: RecordId }
  /** The greatest order key of a table's rows, including the trash; with `before`, of the rows before that one. */
  | { readonly kind: 'last-order'; readonly table: TableId; readonly before?: RecordId }
  /** The greatest order key among the children of a parent ('' for the top level); with `before`, of those before that one. */
  | {
      readonly kind: 'last-child'
      readonly table: TableId
      readonly field: FieldId
      readonly parent: RecordId | ''
      readonly before?: RecordId
    }
  /** Rows of a table, or children of a parent, starting at one of them: at most `MOST_RENEWED` + 1. */
  | {
      readonly kind: 'rows-from'
      readonly table: TableId
      readonly tree?: { readonly field: FieldId; readonly parent: RecordId | '' }
      readonly before: RecordId
    }
  /** A record and its ancestors in a tree, upwards, with the parents under which they are shown. */
  | { readonly kind: 'way-up'; readonly table: TableId; readonly field: FieldId; readonly record: RecordId }
  /** The greatest number of an auto-number field, including the trash; 0 for none. */
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

/** Answers by lookup. */
export type Answers = ReadonlyMap<string, unknown>

export const lookupKey = (lookup: Lookup): string => JSON.stringify(lookup)

/** Thrown by a transaction that needs unanswered lookups. It wrote nothing; run it again with the answers. */
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
 * Runs `work` with the known answers and collects missing lookups, so that one round fetches all of them.
 * @throws {LookupsMissing} after `work` if answers were missing, also in place of an error that `work` threw for that reason
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

/** Text as unique fields compare it: trimmed, in NFC, ignoring letter case. */
export const foldText = (text: string): string => text.trim().normalize('NFC').toLowerCase()

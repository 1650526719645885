import { type Actor, type DecodedChange, decodeChange, type Handle, type Hash } from '../automerge.ts'
import { type FieldId, isId, type RecordId, type TableId, type ViewId } from '../ids.ts'
import type { DocumentPath } from '../steps.ts'

/** What one change did, derived from its bytes and the document. */
export interface HistoryEntry {
  readonly change: Hash
  readonly actor: Actor
  readonly seq: number
  /** Seconds since 1970, as claimed by the author. */
  readonly time: number
  /** The name of the step, such as `set` or `import`; '' if the change has none. */
  readonly what: string
  /** Records that the author claims to be; never a permission. */
  readonly as: readonly RecordId[]
  readonly batch: string | undefined
  readonly places: readonly HistoryPlace[]
}

/** One document path that a change wrote to. */
export interface HistoryPlace {
  readonly place: DocumentPath
  readonly did: 'made' | 'changed' | 'deleted' | 'restored' | 'purged'
  /** For a record: the fields whose cells were written. */
  readonly fields: readonly FieldId[]
  /** For a record that a fold or copy wrote: its last change before that, if known. */
  readonly last?: LastChange
}

/** The time of a change in seconds since 1970, and the device that made it: the prefix of its actor ids. */
export interface LastChange {
  readonly time: number
  readonly device: string
}

/** The names of changes that rewrite an existing state. Their records store who changed them last. */
export type StateName = 'fold' | 'copy'

const STATES: ReadonlySet<string> = new Set<StateName>(['fold', 'copy'])

/** Whether changes of this name rewrite an existing state. */
export const isState = (what: string): boolean => STATES.has(what)

/** A document path while its operations are read. */
interface Written {
  readonly place: DocumentPath
  did: HistoryPlace['did']
  readonly fields: Set<FieldId>
  time?: number
  device?: string
}

interface Operation {
  readonly action: string
  readonly obj: string
  readonly key?: string
  readonly value?: unknown
}

/** Looks up the objects that a change refers to; implemented by handles. */
export type Objects = Pick<Handle, 'objInfo'>

/** @param change the bytes of one change that `objects` holds */
export const readChange = (objects: Objects, change: Uint8Array): HistoryEntry => entryOf(objects, decodeChange(change as never))

/** The changes of a document in causal order. @param since returns only changes that these heads do not cover */
export const changesOf = (handle: Handle, since: readonly Hash[] = []): Uint8Array[] => handle.getChanges([...since])

const entryOf = (objects: Objects, decoded: DecodedChange): HistoryEntry => {
  const { hash, actor, seq, time, ops, startOp, message } = decoded
  const said = readMessage(message)
  const paths = new Map<string, readonly string[] | undefined>([['_root', []]])
  const pathOf = (object: string): readonly string[] | undefined => {
    if (!paths.has(object)) paths.set(object, pathIn(objects, object))
    return paths.get(object)
  }
  const tellsLast = isState(said.what)
  const places = new Map<string, Written>()
  ;(ops as Operation[]).forEach((operation, index) => {
    const above = pathOf(operation.obj)
    if (above === undefined) return
    const path = operation.key === undefined ? above : [...above, operation.key]
    if (operation.action === 'makeMap' || operation.action === 'makeText') paths.set(`${startOp + index}@${actor}`, path)
    const found = placeIn(path)
    if (found === undefined) return
    const name = JSON.stringify(found.place)
    const known: Written = places.get(name) ?? { place: found.place, did: 'changed', fields: new Set<FieldId>() }
    if (found.key === undefined) known.did = operation.action === 'makeMap' ? 'made' : 'purged'
    else if (found.key === '~deleted') {
      if (known.did === 'changed') known.did = operation.action === 'del' ? 'restored' : 'deleted'
    } else if (found.place.in === 'record') {
      const field = found.key.slice(0, 26)
      if (isId(field)) known.fields.add(field as unknown as FieldId)
      if (tellsLast && found.key === '~changed' && typeof operation.value === 'number') known.time = operation.value
      if (tellsLast && found.key === '~changer' && typeof operation.value === 'string') known.device = operation.value
    }
    places.set(name, known)
  })
  return {
    change: hash,
    actor,
    seq,
    time,
    ...said,
    places: [...places.values()].map(({ place, did, fields, time, device }) => ({
      place,
      did,
      fields: [...fields],
      ...(time !== undefined && device !== undefined && { last: { time, device } }),
    })),
  }
}

/** Undefined if the object no longer exists because it was purged. */
const pathIn = (objects: Objects, object: string): readonly string[] | undefined => {
  try {
    return objects.objInfo(object).path?.map(String)
  } catch {
    return undefined
  }
}

/** Parses a change's message, which is JSON of this shape. A message of another program may be anything. */
export const readMessage = (message: string | null): Pick<HistoryEntry, 'what' | 'as' | 'batch'> => {
  let said: { what?: unknown; as?: unknown; batch?: unknown } = {}
  try {
    const parsed: unknown = JSON.parse(message ?? '{}')
    if (typeof parsed === 'object' && parsed !== null) said = parsed
  } catch {
    // Not valid JSON.
  }
  return {
    what: typeof said.what === 'string' ? said.what.slice(0, 100) : '',
    as: Array.isArray(said.as) ? (said.as.filter(isId) as unknown as RecordId[]) : [],
    batch: typeof said.batch === 'string' ? said.batch : undefined,
  }
}

/** The document path that contains an object, and the key within it. */
const placeIn = (path: readonly string[]): { readonly place: DocumentPath; readonly key: string | undefined } | undefined => {
  const [container, id, bucket, record, key] = path
  switch (container) {
    case 'info':
      return id === undefined ? undefined : { place: { in: 'info' }, key: id }
    case 'tables':
      return id === undefined ? undefined : { place: { in: 'table', table: id as TableId }, key: bucket }
    case 'fields':
      return id === undefined ? undefined : { place: { in: 'field', field: id as FieldId }, key: bucket }
    case 'views':
      return id === undefined ? undefined : { place: { in: 'view', view: id as ViewId }, key: bucket }
    case 'records':
      return record === undefined ? undefined : { place: { in: 'record', table: id as TableId, record: record as RecordId }, key }
    default:
      return undefined
  }
}

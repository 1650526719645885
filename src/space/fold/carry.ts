import type { Handle, Hash, ObjectId } from '../automerge.ts'
import { emptyBuckets, mapsOf } from '../containers.ts'
import { difference } from '../edits/texts.ts'
import { changesOf, readChange } from '../history/changes.ts'
import { changesBelow } from '../history/past.ts'
import { newId } from '../ids.ts'
import { flatOf } from '../read-schema.ts'
import { type Committed, commit, type Space } from '../space.ts'
import { type DocumentPath, objectAt, parentAt, type Recorder } from '../steps.ts'
import type { Scalar } from '../value.ts'
import type { NewMap, Transaction } from '../write.ts'

/** Whose edits are carried across a fold: a device carries its own; an admin carries those of a lost device. */
export type Carrier = 'own' | 'other'

/** The key in the format container that marks a change as carried. */
const carriedKey = (change: Hash): string => `carried/${change}`

/**
 * Applies edits that a fold does not cover to the new document, once, as ordinary edits; marks each change as carried.
 * Cells are set to the device's value; long texts get the difference that the device made. Two admins may carry for the same lost
 * device at the same time. In that case the text becomes an additional text next to the shown one, so that nothing is inserted twice.
 * @param old the old document, with everything that this device has of it
 * @param covered the heads that the fold covers
 * @param folded the new document, open for writing
 * @param device the device whose edits are carried: 16 bytes in hexadecimal, the prefix of its actor ids
 * @returns undefined if there is nothing (more) to carry
 */
export const carryEdits = (
  old: Space,
  covered: readonly Hash[],
  folded: Space,
  device: string,
  carrier: Carrier,
  seconds: number,
): Committed | undefined => {
  const source = old.resident.handle
  const below = new Set(changesBelow(source, covered))
  const metas = source.getChangesMeta([])
  const waiting = metas.filter(
    ({ hash, actor }) =>
      !below.has(hash) &&
      actor.startsWith(device) &&
      folded.resident.handle.get(folded.containers.format, carriedKey(hash)) === undefined,
  )
  if (waiting.length === 0) return undefined
  const wanted = new Set(waiting.map(({ hash }) => hash))
  const all = changesOf(source)
  const entries = metas.flatMap(({ hash }, index) => {
    const change = wanted.has(hash) ? all[index] : undefined
    return change === undefined ? [] : [readChange(source, change)]
  })
  const writtenBy = rangesOf(waiting)
  const kept = rangesOf(metas.filter(({ hash }) => below.has(hash) || wanted.has(hash)))
  const places = [...new Map(entries.flatMap(({ places }) => places).map(({ place }) => [JSON.stringify(place), place])).values()]
  const foldHeads = foldHeadsOf(folded)
  const texts = new Map(
    places.flatMap((place) =>
      textsAt(old, folded, place).flatMap(({ key, from, to }) => {
        const change = textChange(source, from, covered, kept, folded.resident.handle, to, foldHeads)
        return change ? [[`${JSON.stringify(place)}${key}`, change] as const] : []
      }),
    ),
  )
  return commit(folded, 'carry', seconds, (transaction, recorder) => {
    for (const { hash } of waiting) transaction.put(folded.containers.format, carriedKey(hash), true)
    for (const place of places) carryPlace(old, folded, place, { transaction, recorder, covered, writtenBy, texts, carrier })
    return 'schema'
  })
}

/** The heads of the folded document before any edit: the last change of the fold's own actor. */
const foldHeadsOf = ({ resident, containers }: Space): Hash[] => {
  const actor = containers.format.slice(containers.format.indexOf('@') + 1)
  return resident.handle
    .getChangesMeta([])
    .filter((meta) => meta.actor === actor)
    .slice(-1)
    .map(({ hash }) => hash)
}

/** The texts at a path that both documents have. */
const textsAt = (old: Space, folded: Space, place: DocumentPath): { key: string; from: ObjectId; to: ObjectId }[] => {
  const [one, other] = [old, folded].map((space) => objectAt(mapsOf(space.resident.handle), space.containers, place))
  if (one === undefined || other === undefined) return []
  return old.resident.handle.keys(one).flatMap((key) => {
    const [from, to] = [old.resident.handle.getWithType(one, key), folded.resident.handle.getWithType(other, key)]
    return from?.[0] === 'text' && to?.[0] === 'text' ? [{ key, from: from[1], to: to[1] }] : []
  })
}

/** The operations of some changes: by actor, first and last counter. */
type Ranges = ReadonlyMap<string, readonly (readonly [from: number, to: number])[]>

const rangesOf = (changes: readonly { actor: string; startOp: number; maxOp: number }[]): Ranges => {
  const ranges = new Map<string, (readonly [number, number])[]>()
  for (const { actor, startOp, maxOp } of changes) {
    const known = ranges.get(actor)
    if (known) known.push([startOp, maxOp])
    else ranges.set(actor, [[startOp, maxOp]])
  }
  return ranges
}

const isIn = (ranges: Ranges, operation: string): boolean => {
  const at = operation.indexOf('@')
  const counter = Number(operation.slice(0, at))
  return (ranges.get(operation.slice(at + 1)) ?? []).some(([from, to]) => counter >= from && counter <= to)
}

interface Carrying {
  readonly transaction: Transaction
  readonly recorder: Recorder
  readonly covered: readonly Hash[]
  readonly writtenBy: Ranges
  readonly texts: ReadonlyMap<string, TextChange>
  readonly carrier: Carrier
}

const carryPlace = (old: Space, folded: Space, place: DocumentPath, carrying: Carrying): void => {
  const { transaction, recorder, covered, writtenBy, texts, carrier } = carrying
  const { handle } = old.resident
  const from = objectAt(mapsOf(handle), old.containers, place)
  const there = objectAt(transaction, folded.containers, place)
  if (from === undefined) {
    if (there !== undefined && place.in !== 'info') recorder.purge(place, tombstoneOf(old, place))
    return
  }
  // The space's own settings always exist.
  if (there === undefined) return place.in === 'info' ? undefined : makePlace(old, folded, place, from, transaction)
  const was = flatOf(handle, from)
  for (const key of handle.keys(from)) {
    const found = handle.getWithType(from, key)
    if (found?.[0] !== 'text') {
      const own = handle.getAll(from, key).some((value) => isIn(writtenBy, String(value.at(-1))))
      if (own) recorder.put(place, key, was[key] as Scalar)
    } else if (recorder.text(place, key) === undefined) recorder.makeText(place, key, handle.text(found[1]))
    else carryText(recorder, place, key, texts.get(`${JSON.stringify(place)}${key}`), carrier)
  }
  // A key that only the fold has was removed, by this device or by another one that carries the same edits.
  for (const key of handle.keys(from, [...covered])) {
    if (!(key in was) && recorder.text(place, key) === undefined) recorder.remove(place, key)
  }
}

const carryText = (
  recorder: Recorder,
  place: DocumentPath,
  key: string,
  change: TextChange | undefined,
  carrier: Carrier,
): void => {
  if (!change) return
  if (carrier === 'own') {
    // Removals are at or after each insertion, so an insertion does not shift them out of place.
    for (const { at, length } of change.remove) recorder.splice(place, key, at, length, '')
    if (change.insert !== '') recorder.splice(place, key, change.at, 0, change.insert)
  } else if (change.insert !== '') {
    recorder.makeText(place, `${key.slice(0, key.lastIndexOf('/'))}/${newId<never>()}`, change.insert)
  }
}

/** The time that replaced a purged map. */
const tombstoneOf = (space: Space, place: Exclude<DocumentPath, { in: 'info' }>): number => {
  const { handle } = space.resident
  const [parent, id] = parentAt(mapsOf(handle), space.containers, place)
  const time = parent === undefined ? undefined : handle.get(parent, id)
  return typeof time === 'number' ? time : 0
}

const makePlace = (
  old: Space,
  folded: Space,
  place: Exclude<DocumentPath, { in: 'info' }>,
  from: ObjectId,
  transaction: Transaction,
): void => {
  const { handle } = old.resident
  const [parent, id] = parentAt(transaction, folded.containers, place)
  // Purged in the new document meanwhile, or its table was: do not recreate it.
  if (parent === undefined || transaction.scalar(parent, id) !== undefined) return
  const texts: [string, string][] = []
  const content: Record<string, Scalar> = Object.create(null)
  for (const [key, value] of Object.entries(flatOf(handle, from))) {
    const text = handle.getWithType(from, key)
    if (text?.[0] === 'text') texts.push([key, handle.text(text[1])])
    else content[key] = value
  }
  const made = transaction.make(parent, id, content as NewMap)
  for (const [key, text] of texts) transaction.makeText(made, key, text)
  if (place.in === 'table') transaction.make(folded.containers.records, id, emptyBuckets())
}

/** A change of a text: ranges to remove, last one first, and the insertions. */
interface TextChange {
  readonly remove: readonly { readonly at: number; readonly length: number }[]
  readonly at: number
  readonly insert: string
}

/**
 * The difference that a device made to a text, in positions of the new document's present text, which others may have edited. The
 * folded text initially equals the old one at the fold, character by character.
 */
const textChange = (
  source: Handle,
  text: ObjectId,
  covered: readonly Hash[],
  kept: Ranges,
  target: Handle,
  folded: ObjectId,
  foldHeads: readonly Hash[],
): TextChange | undefined => {
  const before = source.text(text, [...covered])
  const { at, remove, insert } = difference(before, ownText(source, text, kept))
  if (remove === 0 && insert === '') return undefined
  const end = target.length(folded)
  const cursorAt = (place: number) => target.getCursor(folded, place, [...foldHeads])
  const stretches: { at: number; length: number }[] = []
  for (let place = at; place < at + remove; ) {
    const width = (before.codePointAt(place) ?? 0) > 0xffff ? 2 : 1
    const cursor = cursorAt(place)
    const now = target.getCursorPosition(folded, cursor)
    // Still present: nobody else who carried first has removed it.
    if (now < end && target.getCursor(folded, now) === cursor) stretches.push({ at: now, length: width })
    place += width
  }
  const insertAt = at < before.length ? target.getCursorPosition(folded, cursorAt(at)) : end
  return { remove: stretches.reverse(), at: insertAt, insert }
}

/** The characters of a text that these changes inserted. */
const ownText = (handle: Handle, text: ObjectId, kept: Ranges): string => {
  const content = handle.text(text)
  let own = ''
  for (let at = 0; at < content.length; ) {
    const width = (content.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
    if (isIn(kept, handle.getCursor(text, at))) own += content.slice(at, at + width)
    at += width
  }
  return own
}

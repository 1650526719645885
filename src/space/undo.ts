import type { Handle, ObjectId } from './automerge.ts'
import { type Containers, mapsOf } from './containers.ts'
import { type DocumentPath, objectAt, type Recorder, type Spliced, type Step, type Written } from './steps.ts'

const operationsAt = (handle: Handle, object: ObjectId | undefined, key: string): string[] =>
  object === undefined
    ? []
    : handle
        .getAll(object, key)
        .map((value) => value.at(-1) as string)
        .sort()

const textAt = (handle: Handle, containers: Containers, { place, key }: Spliced): ObjectId | undefined => {
  const object = objectAt(mapsOf(handle), containers, place)
  const found = object === undefined ? undefined : handle.getWithType(object, key)
  return found?.[0] === 'text' ? found[1] : undefined
}

/** Call it directly after the commit: stores the operations of each written key and the ids of inserted characters. */
export const noteOperations = (handle: Handle, containers: Containers, step: Step): void => {
  for (const each of step.written) {
    if (each.kind === 'key') each.operations = operationsAt(handle, objectAt(mapsOf(handle), containers, each.place), each.key)
    else {
      const text = textAt(handle, containers, each)
      if (text !== undefined) each.marks = marksOf(handle, text, each)
    }
  }
}

const marksOf = (handle: Handle, text: ObjectId, { at, inserted }: Spliced): NonNullable<Spliced['marks']> => {
  const end = handle.length(text)
  // Several splices of one step may have shifted this one. Cursors exist only for characters that are still present.
  const cursor = (place: number) => (place < end ? handle.getCursor(text, place) : 'e')
  return {
    at: cursor(at),
    ...(inserted !== '' && { first: cursor(at), last: cursor(at + inserted.length - 1) }),
  }
}

/** The parts of a step that can be undone, and how many of its cells somebody changed since; these stay. */
export interface Undoable {
  readonly cells: readonly Written[]
  readonly texts: readonly TextUndo[]
  readonly kept: number
}

/** The undo of a text edit: the ranges to remove, last one first, and the text to insert again. */
interface TextUndo {
  readonly from: Spliced
  readonly remove: readonly { readonly at: number; readonly length: number }[]
  readonly insertAt: number
}

export const undoable = (handle: Handle, containers: Containers, step: Step): Undoable => {
  const keys = step.written.filter((each) => each.kind === 'key')
  const texts = step.written.filter((each) => each.kind === 'text')
  const cells = keys.filter((cell) => {
    const now = operationsAt(handle, objectAt(mapsOf(handle), containers, cell.place), cell.key)
    return now.length === cell.operations.length && now.every((operation, index) => operation === cell.operations[index])
  })
  const undone = texts.flatMap((spliced) => undoText(handle, containers, spliced) ?? [])
  return { cells, texts: undone.reverse(), kept: keys.length - cells.length + texts.length - undone.length }
}

const undoText = (handle: Handle, containers: Containers, spliced: Spliced): TextUndo | undefined => {
  const text = textAt(handle, containers, spliced)
  const { marks, inserted, removed } = spliced
  if (text === undefined || marks === undefined) return undefined
  const length = handle.length(text)
  const place = (cursor: string) => (cursor === 'e' ? length : handle.getCursorPosition(text, cursor))
  if (marks.first === undefined || marks.last === undefined)
    return removed === '' ? undefined : { from: spliced, remove: [], insertAt: place(marks.at) }
  const begin = place(marks.first)
  // Fast path: if the inserted text is still contiguous, its characters are not checked one by one.
  const whole = handle.text(text).startsWith(inserted, begin)
  const remove = whole
    ? [{ at: begin, length: inserted.length }]
    : ownStretches(handle, text, marks.first, marks.last, begin, Math.min(place(marks.last), length - 1))
  if (remove.length === 0 && inserted !== '' && removed === '') return undefined
  return { from: spliced, remove, insertAt: place(marks.first) }
}

/**
 * The ranges between two positions that one change inserted, last one first. Its characters have consecutive ids; characters that
 * somebody else inserted in between have others.
 */
const ownStretches = (
  handle: Handle,
  text: ObjectId,
  first: string,
  last: string,
  from: number,
  to: number,
): { readonly at: number; readonly length: number }[] => {
  const [start, actor] = split(first)
  const [end] = split(last)
  const own: { at: number; length: number }[] = []
  const content = handle.text(text)
  // By code point: some take two UTF-16 units.
  for (let at = from; at <= to; ) {
    const width = (content.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
    const [counter, by] = split(handle.getCursor(text, at))
    if (by === actor && counter >= start && counter <= end) {
      const before = own.at(-1)
      if (before && before.at + before.length === at) before.length += width
      else own.push({ at, length: width })
    }
    at += width
  }
  return own.reverse()
}

const split = (id: string): [number, string] => {
  const at = id.indexOf('@')
  return [Number(id.slice(0, at)), id.slice(at + 1)]
}

/**
 * Restores previous values, newest first. Items that the step created go to the trash with their initial values, so that they can be
 * recognised there and restored completely, from the trash or by redo.
 * @param now seconds since 1970, the time of the deletion
 */
export const putBack = (recorder: Recorder, { cells, texts }: Undoable, now: number): void => {
  const nameOf = (place: DocumentPath) => JSON.stringify(place)
  const made = new Set(cells.filter((cell) => cell.made).map(({ place }) => nameOf(place)))
  for (const { from, remove, insertAt } of texts) {
    if (made.has(nameOf(from.place))) continue
    for (const { at, length } of remove) recorder.splice(from.place, from.key, at, length, '')
    if (from.removed !== '') recorder.splice(from.place, from.key, insertAt, 0, from.removed)
  }
  for (const cell of [...cells].reverse()) {
    const { place, key, before } = cell
    if (cell.made) recorder.put(place, '~deleted', now)
    else if (made.has(nameOf(place))) continue
    else if (before === undefined) recorder.remove(place, key)
    else recorder.put(place, key, before)
  }
}

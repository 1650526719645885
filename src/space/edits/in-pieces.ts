import type { Edit } from './edits.ts'

/** Characters of a long text per change. Each one is an operation, and a change may have 150,000. */
const PIECE = 100_000

/**
 * Splits a long text that is too large for one change into several edits, to be committed one after the other. A pasted megabyte is
 * a million operations. All other edits stay together.
 */
export const inPieces = (edits: readonly Edit[]): readonly (readonly Edit[])[] => {
  const [edit, another] = edits
  if (!edit || another) return [edits]
  if (edit.do === 'set' && typeof edit.value === 'string' && edit.value.length > PIECE) {
    const { value, ...cell } = edit
    const pieces = cut(value)
    return pieces.map(({ at, text }): Edit[] =>
      at === 0 ? [{ ...edit, value: text }] : [{ ...cell, do: 'splice', at, remove: 0, insert: text }],
    )
  }
  if (edit.do === 'splice' && edit.insert.length > PIECE) {
    return cut(edit.insert).map(({ at, text }): Edit[] => [
      { ...edit, at: edit.at + at, remove: at === 0 ? edit.remove : 0, insert: text },
    ])
  }
  return [edits]
}

/** Never splits a surrogate pair. */
const cut = (text: string): { readonly at: number; readonly text: string }[] => {
  const pieces: { at: number; text: string }[] = []
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + PIECE)
    const last = text.charCodeAt(end - 1)
    if (end < text.length && last >= 0xd800 && last < 0xdc00) end -= 1
    pieces.push({ at, text: text.slice(at, end) })
    at = end
  }
  return pieces
}

import { spend, TimeUp } from './deadline.ts'
import type { Database, Sqlite } from './sqlite.ts'

/**
 * Replaces SQLite's `LIKE` and `GLOB`, which compare a long text with a long pattern for seconds without checking the time. Short
 * texts are still compared by SQLite; long ones are compared here, until the deadline.
 */

/** Up to this product of text bytes and pattern bytes, SQLite compares; a few milliseconds. */
const SHORT = 2_000_000
/** Patterns up to this many bytes are within every limit, so the limit of the database is not read. */
const UNCHECKED = 500
/** Comparisons between two checks of the deadline. */
const SLICE = 100_000

/** Bytes of a pointer in SQLite's WebAssembly. */
const POINTER = 4

/** One element of a pattern: any number of characters, or one character that passes a test. */
type Token = 'any' | ((code: number) => boolean)

const widthAt = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)

/** As in SQLite, only ASCII letters ignore case. */
const lower = (code: number): number => (code >= 65 && code <= 90 ? code + 32 : code)

const likeTokens = (pattern: string, escapeBy: number): Token[] => {
  const characters = [...pattern]
  const tokens: Token[] = []
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]
    if (character?.codePointAt(0) === escapeBy) {
      at += 1
      // A pattern that ends in its escape character matches nothing.
      tokens.push(isAlike(characters[at]))
    } else if (character === '%') tokens.push('any')
    else tokens.push(character === '_' ? () => true : isAlike(character))
  }
  return tokens
}

const isAlike = (character: string | undefined): Token => {
  const wanted = lower(character?.codePointAt(0) ?? -1)
  return (code) => lower(code) === wanted
}

const globTokens = (pattern: string): Token[] => {
  const codes = [...pattern].map((character) => character.codePointAt(0) as number)
  const tokens: Token[] = []
  for (let at = 0; at < codes.length; at++) {
    const wanted = codes[at] as number
    if (wanted === CODE.star) tokens.push('any')
    else if (wanted === CODE.question) tokens.push(() => true)
    else if (wanted === CODE.open) at = pushSet(codes, at, tokens)
    else tokens.push((code) => code === wanted)
  }
  return tokens
}

/** Used if there is no escape character. */
const NONE = 0

const CODE = { percent: 37, underscore: 95, star: 42, minus: 45, question: 63, open: 91, close: 93, caret: 94 }

/** Parses `[a-z]` or `[^a-z]`; a bracket that is never closed matches nothing. @returns the end position */
const pushSet = (codes: readonly number[], open: number, tokens: Token[]): number => {
  let at = open + 1
  const isInverted = codes[at] === CODE.caret
  if (isInverted) at += 1
  const close = codes.indexOf(CODE.close, at + 1)
  if (close < 0) {
    tokens.push(() => false)
    return codes.length
  }
  const ranges: [number, number][] = []
  while (at < close) {
    const first = codes[at] as number
    const isRange = codes[at + 1] === CODE.minus && at + 2 < close
    ranges.push([first, isRange ? (codes[at + 2] as number) : first])
    at += isRange ? 3 : 1
  }
  tokens.push((code) => ranges.some(([first, last]) => code >= first && code <= last) !== isInverted)
  return close
}

/** Whether all of `text` matches. @throws {TimeUp} */
const matches = (text: string, tokens: readonly Token[]): boolean => {
  let [at, place, back, from] = [0, 0, -1, 0]
  for (let count = 1; at < text.length; count++) {
    if (count % SLICE === 0) spend(SLICE)
    const token = tokens[place]
    if (token === 'any') {
      back = place
      from = at
      place += 1
    } else if (token?.(text.codePointAt(at) as number)) {
      at += widthAt(text, at)
      place += 1
    } else if (back < 0) return false
    else {
      from += widthAt(text, from)
      at = from
      place = back + 1
    }
  }
  while (tokens[place] === 'any') place += 1
  return place === tokens.length
}

type Compare = (context: number, count: number, values: number) => void

const made = new WeakMap<Sqlite, { readonly like: number; readonly glob: number }>()

const comparisonsOf = (sqlite: Sqlite): { readonly like: number; readonly glob: number } => {
  const known = made.get(sqlite)
  if (known) return known
  const { wasm } = sqlite
  const install = (compare: Compare) => wasm.installFunction('v(pip)', compare) as number
  const functions = { like: install(comparison(sqlite, 'like')), glob: install(comparison(sqlite, 'glob')) }
  made.set(sqlite, functions)
  return functions
}

// Registered by address, without converting values: a comparison of short texts takes 0.3 µs.
const comparison = ({ capi, wasm }: Sqlite, kind: 'like' | 'glob'): Compare => {
  const call = wasm.exports as unknown as Readonly<Record<string, (...given: number[]) => number>>
  const fail = (context: number, message: string) => capi.sqlite3_result_error(context as never, message, -1)
  const textAt = (value: number): string => wasm.cstrToJs(call.sqlite3_value_text?.(value) ?? 0) ?? ''

  const limitAt = (context: number): number =>
    capi.sqlite3_limit(call.sqlite3_context_db_handle?.(context) ?? 0, capi.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, -1)
  /** The code of the single escape character; undefined for none or several. */
  const escapeOf = (value: number): number | undefined => {
    const address = call.sqlite3_value_text?.(value) ?? 0
    if (call.sqlite3_value_bytes?.(value) === 1) return wasm.heap8u()[address]
    const [character, another] = textAt(value)
    return another === undefined ? character?.codePointAt(0) : undefined
  }

  const compare = (pattern: number, patternAt: number, text: number, textAddress: number, escapeBy: number): boolean => {
    const steps = (call.sqlite3_value_bytes?.(pattern) ?? 0) * (call.sqlite3_value_bytes?.(text) ?? 0)
    // SQLite's function does not accept a wildcard as the escape character.
    if (steps <= SHORT && escapeBy !== CODE.percent && escapeBy !== CODE.underscore) {
      spend(steps)
      return kind === 'like'
        ? call.sqlite3_strlike?.(patternAt, textAddress, escapeBy) === 0
        : call.sqlite3_strglob?.(patternAt, textAddress) === 0
    }
    const [shownPattern, shownText] = [textAt(pattern), textAt(text)]
    spend(shownText.length)
    return matches(shownText, kind === 'like' ? likeTokens(shownPattern, escapeBy) : globTokens(shownPattern))
  }

  return (context, count, values) => {
    const heap = wasm.heap32u()
    const at = values / POINTER
    const pattern = heap[at] as number
    const text = heap[at + 1] as number
    let escapeBy: number | undefined = NONE
    if (count > 2) {
      const third = heap[at + 2] as number
      if (call.sqlite3_value_type?.(third) === capi.SQLITE_NULL) return
      escapeBy = escapeOf(third)
      if (escapeBy === undefined) return fail(context, 'ESCAPE expression must be a single character')
    }
    // The address of NULL is zero, and NULL compares as NULL.
    const patternAt = call.sqlite3_value_text?.(pattern) ?? 0
    const textAddress = call.sqlite3_value_text?.(text) ?? 0
    if (patternAt === 0 || textAddress === 0) return
    const bytes = call.sqlite3_value_bytes?.(pattern) ?? 0
    if (bytes > UNCHECKED && bytes > limitAt(context)) return fail(context, 'LIKE or GLOB pattern too complex')
    try {
      call.sqlite3_result_int?.(context, Number(compare(pattern, patternAt, text, textAddress, escapeBy)))
    } catch (error) {
      if (error instanceof TimeUp) capi.sqlite3_result_error_code(context as never, capi.SQLITE_INTERRUPT)
      else fail(context, String(error))
    }
  }
}

/** Replaces both functions. Call it first: statements are prepared with them. */
export const knowPatterns = (sqlite: Sqlite, { pointer }: Database): void => {
  const { capi } = sqlite
  const { like, glob } = comparisonsOf(sqlite)
  const flags = capi.SQLITE_UTF8 | capi.SQLITE_DETERMINISTIC
  for (const [name, arity, address] of [
    ['like', 2, like],
    ['like', 3, like],
    ['glob', 2, glob],
  ] as const)
    capi.sqlite3_create_function(pointer as number, name, arity, flags as 1, 0, address, 0, 0)
}

import { SpaceError } from './errors.ts'

/** A value in the map of a record, field or table. */
export type Scalar = string | number | boolean

/** Characters; 1 MB of Latin text. Longer text belongs in a file. */
export const TEXT_LIMIT = 1_000_000
export const NAME_LIMIT = 200

/**
 * Returns the text in well-formed Unicode, so that two different lone surrogates never become the same key.
 * @throws {SpaceError} `too-large`
 */
export const checkText = (text: string, what: string): string => {
  if (text.length > TEXT_LIMIT) {
    throw new SpaceError(
      'too-large',
      `${what} holds ${text.length.toLocaleString('en')} characters; a cell holds at most ${TEXT_LIMIT.toLocaleString('en')}. Shorten it, or keep it as a file.`,
    )
  }
  return wellFormed(text)
}

/** `text` with every lone surrogate replaced by U+FFFD. */
export const wellFormed = (text: string): string =>
  text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD')

/** @throws {SpaceError} `bad-value` for NaN and the infinities, which are not portable between devices */
export const checkNumber = (number: number, what: string): number => {
  if (!Number.isFinite(number)) throw new SpaceError('bad-value', `${what} must be a finite number, got ${number}.`)
  return number
}

/** Validates the name of a space, table, field or option. @throws {SpaceError} `bad-name` if empty or above `NAME_LIMIT` characters */
export const checkName = (name: string, what: string): string => {
  const trimmed = wellFormed(name).trim()
  if (trimmed === '') throw new SpaceError('bad-name', `${what} needs a name.`)
  if (trimmed.length > NAME_LIMIT) {
    throw new SpaceError('bad-name', `The name of ${what} has ${trimmed.length} characters; at most ${NAME_LIMIT} are possible.`)
  }
  return trimmed
}

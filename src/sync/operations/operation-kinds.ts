/** What operations do, by Automerge's format (github.com/automerge/binary-format-spec); others are in no document of this project. */
export const MAKE_MAP = 0
export const SET = 1
export const DELETE = 3
export const MAKE_TEXT = 4

/** Of the length of a value the lowest four bits are its kind: 5 is a number of eight bytes, 7 is bytes, and behind 9 none is known. */
export const KIND_BITS = 16
export const FRACTION = 5
export const CHARACTERS = 6
export const BYTES = 7
export const LAST_KIND = 9

/** Counters of operations stay below it. */
export const COUNTERS = 2 ** 32

/** Actions of operations in Automerge's format (github.com/automerge/binary-format-spec). This project uses no others. */
export const MAKE_MAP = 0
export const SET = 1
export const DELETE = 3
export const MAKE_TEXT = 4

/** The lowest four bits of a value's length are its type: 5 is a 64-bit float, 7 is bytes, and types above 9 are unknown. */
export const KIND_BITS = 16
export const FRACTION = 5
export const CHARACTERS = 6
export const BYTES = 7
export const LAST_KIND = 9

/** Exclusive limit of operation counters. */
export const COUNTERS = 2 ** 32

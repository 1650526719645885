/** Where a fold stores the values that lost against concurrent edits: `~lost/FIELD/HASH`. */
export const LOST = '~lost/'

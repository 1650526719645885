/** `1 record`, `2 records`. */
export const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`

/** The same with a verb: `1 record was`, `2 records were`. */
export const countedDone = (count: number, thing: string): string => `${counted(count, thing)} ${count === 1 ? 'was' : 'were'}`

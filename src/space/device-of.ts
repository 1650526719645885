/** The device that an operation's, object's or cursor's id was made by, as its actor names it: 16 bytes in hexadecimal. */
export const deviceOf = (id: string): string => id.slice(id.indexOf('@') + 1, id.indexOf('@') + 33)

/** The device that created an operation, object or cursor: the first 16 bytes of the actor in its id, in hexadecimal. */
export const deviceOf = (id: string): string => id.slice(id.indexOf('@') + 1, id.indexOf('@') + 33)

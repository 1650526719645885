/** Seconds since 1970, whole, as changes and records keep times. */
export const now = (): number => Math.floor(Date.now() / 1000)

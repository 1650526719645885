/** Tells of a failure that nobody waits for: to the log of whatever this runs in. */
export const report = (error: unknown): void => console.error('Something failed in the background.', error)

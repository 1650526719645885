/** Logs an error that no caller waits for. */
export const report = (error: unknown): void => console.error('Something failed in the background.', error)

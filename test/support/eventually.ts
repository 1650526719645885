import { vi } from 'vitest'

/** What `look` gives as soon as it throws no more; a busy machine may take its time, and the test's own limit ends it. */
export const eventually = <T>(look: () => T | Promise<T>): Promise<T> => vi.waitFor(look, { timeout: 25_000 })

import { vi } from 'vitest'

/** Retries `check` until it does not throw, and returns its result. The limit is long, because the machine may be busy. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 25_000 })

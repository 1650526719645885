import { fromCbor, toCbor } from '../bytes/cbor.ts'
import { utf8 } from '../bytes/encoding.ts'
import type { Backend, Name } from './backends/backend.ts'

/** Stored in the clear like the header, because it is read before there is a key. */
export const ATTEMPTS: Name = [utf8('attempts')]

/** Consecutive wrong passphrases. */
export interface FailedAttempts {
  readonly failures: number
  /** The time of the last one by the device's clock: milliseconds since 1970. */
  readonly at: number
}

/** Undefined if the last passphrase was right, or if the stored value cannot be read. */
export const readFailedAttempts = async (backend: Backend): Promise<FailedAttempts | undefined> => {
  const bytes = await backend.get(ATTEMPTS)
  try {
    const { failures, at } = (bytes ? fromCbor(bytes) : {}) as { failures?: unknown; at?: unknown }
    return Number.isSafeInteger(failures) && Number.isFinite(at) ? { failures: failures as number, at: at as number } : undefined
  } catch {
    return undefined
  }
}

export const writeFailedAttempts = (backend: Backend, attempts: FailedAttempts | undefined): Promise<void> =>
  backend.write(attempts ? { put: [[ATTEMPTS, toCbor({ ...attempts })]], remove: [] } : { put: [], remove: [ATTEMPTS] })

import { fromCbor, toCbor } from '../bytes/cbor.ts'
import { utf8 } from '../bytes/encoding.ts'
import type { Backend, Name } from './backends/backend.ts'

/** Beside the header in the open: it is read before there is a key. */
export const ATTEMPTS: Name = [utf8('attempts')]

/** Wrong passphrases in a row. */
export interface FailedAttempts {
  readonly failures: number
  /** When the last one was entered, by the clock of the device: milliseconds since 1970. */
  readonly at: number
}

/** Undefined when the last passphrase was right, or what is stored cannot be read. */
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

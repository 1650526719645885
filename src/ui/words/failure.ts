import { msg, str } from '@lit/localize'
import { formatNumber } from './numbers.ts'

interface Coded {
  readonly code: string
  readonly detail?: Readonly<Record<string, string | number>>
}

const isCoded = (error: unknown): error is Coded =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'

/** The code of a refusal, or undefined for an error that carries none. */
export const codeOf = (error: unknown): string | undefined => (isCoded(error) ? error.code : undefined)

/** Seconds that a refusal asks to wait, or undefined. */
export const secondsToWait = (error: unknown): number | undefined =>
  isCoded(error) && error.code === 'wait' ? Number(error.detail?.seconds ?? 0) : undefined

/** Whether somebody stopped it on purpose, which needs no message. */
export const isCancelled = (error: unknown): boolean =>
  (error instanceof Error && error.name === 'AbortError') || codeOf(error) === 'cancelled'

/** A sentence for a person: what happened and what to do. */
export const failureSentence = (error: unknown): string => {
  const limit = isCoded(error) && error.detail?.limit !== undefined ? formatNumber(Number(error.detail.limit)) : ''
  switch (codeOf(error)) {
    case 'wrong-passphrase':
      return msg('That passphrase does not open this device.')
    case 'wait':
      return msg(str`Too many tries. You can try again in ${secondsToWait(error) ?? 0} seconds.`)
    case 'storage-full':
      return msg('This device is out of space. Nothing was changed. Free some space and try again.')
    case 'storage-failed':
      return msg('This device could not write it down. Nothing was changed. Try again.')
    case 'csv-empty':
      return msg('This file is empty. Choose one with at least one row.')
    case 'csv-binary':
      return msg('This file does not hold text. Save it as CSV in your spreadsheet and choose that file.')
    case 'csv-encoding':
      return msg('This file’s text cannot be read with that encoding. Choose another one.')
    case 'too-large':
      return limit ? msg(str`This is too large. At most ${limit} fit.`) : msg('This is too large to be kept in one place.')
    case 'too-many-records':
      return msg(str`This is more than one space can hold: at most ${limit} records.`)
    case 'not-found':
      return msg('This is not here any more. It may be in the trash.')
    case 'not-ready':
      return msg('This is still being opened. Try again in a moment.')
    case 'value-rejected':
      return msg('This value does not fit here. Nothing was changed.')
    case 'read-only':
      return msg('This can be read here, not changed.')
    case 'locked':
      return msg('Tessera is locked. Unlock it to go on.')
    case 'engine-lost':
      return msg('Tessera’s other tab was closed at that moment. Try again.')
    case 'version-mismatch':
      return msg('Another tab runs an older Tessera. Close it and reload this one.')
    case undefined:
      return msg('That did not work, and nothing was changed. Try again.')
    default:
      return msg('That did not work, and nothing was changed. Try again.')
  }
}

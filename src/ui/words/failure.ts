import { msg, str } from '@lit/localize'
import type { FailureCode } from '../../engine/failure.ts'
import { formatNumber } from './numbers.ts'

interface Coded {
  readonly code: FailureCode
  readonly detail?: Readonly<Record<string, string | number>>
}

const isCoded = (error: unknown): error is Coded =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'

/** The code of a refusal, or undefined for an error that carries none. */
export const codeOf = (error: unknown): FailureCode | undefined => (isCoded(error) ? error.code : undefined)

/** Seconds that a refusal asks to wait, or undefined. */
export const secondsToWait = (error: unknown): number | undefined =>
  isCoded(error) && error.code === 'wait' ? Number(error.detail?.seconds ?? 0) : undefined

/** Whether somebody stopped it on purpose, which needs no message. */
export const isCancelled = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'

/** A sentence for a person: what happened and what to do. */
export const failureSentence = (error: unknown): string => {
  const coded = isCoded(error) ? error : undefined
  const limit = coded?.detail?.limit === undefined ? undefined : formatNumber(Number(coded.detail.limit))
  const usual = msg('That did not work, and nothing was changed. Try again.')
  const sentences: Record<FailureCode, string> = {
    'wrong-passphrase': msg('That passphrase does not open this device.'),
    wait: msg(str`Too many tries. You can try again in ${secondsToWait(error) ?? 0} seconds.`),
    locked: msg('Tessera is locked. Unlock it to go on.'),
    'no-profile': msg('There is nothing on this device yet. Reload to start.'),
    'profile-exists': msg('This device is set up already. Reload to unlock it.'),
    newer: msg('This was written by a newer Tessera. Reload to get it; nothing was changed.'),
    damaged: msg(
      'A part of what is kept here is damaged, and was left as it is. Another of your devices may still have it whole.',
    ),
    'storage-full': msg('This device is out of space. Nothing was changed. Free some space and try again.'),
    'not-found': msg('This is not here any more. It may be in the trash.'),
    'not-ready': msg('This is still being opened. Try again in a moment.'),
    'read-only': msg('An archive is only looked at. Copy it to a new space to go on writing.'),
    'not-an-archive': msg('This file is no archive of Tessera. Choose one that was made by archiving a space.'),
    'newer-version': msg('A newer Tessera has written here. Reload to get it; nothing was changed.'),
    'wrong-type': msg('This value is of another kind than its column. Nothing was changed.'),
    'bad-value': msg('This value cannot be kept here. Nothing was changed.'),
    'bad-name': msg('This name cannot be used. Take a shorter one, of at least one letter.'),
    'too-large': limit ? msg(str`This is too large: at most ${limit} fit.`) : msg('This is too large to be kept in one place.'),
    'too-many': limit ? msg(str`These are too many: at most ${limit}.`) : msg('These are too many.'),
    'already-there': msg('This is there already.'),
    'csv-empty': msg('This file is empty. Choose one with at least one row.'),
    'csv-binary': msg('This file does not hold text. Save it as CSV in your spreadsheet and choose that file.'),
    'csv-quote': coded?.detail?.row
      ? msg(str`A quotation mark opens around row ${coded.detail.row} and never closes. Try another separator, or mend the file.`)
      : msg('A quotation mark opens in this file and never closes.'),
    'csv-too-long': limit
      ? msg(str`This file has more records than one space can hold: at most ${limit}.`)
      : msg('This file has more records than one space can hold.'),
    'code-garbled': msg('This is not a code from Tessera, or a part of it is missing.'),
    'code-newer': msg('This code is from a newer Tessera. Reload both devices and show a new one.'),
    'code-expired': msg('This code has run out. Show a new one on your other device.'),
    'code-used': msg('This code was used already. Show a new one on your other device.'),
    'relay-unreachable': msg('The way to find your devices cannot be reached. Check the network, or pair with two scans.'),
    'engine-lost': msg('Tessera’s other tab was closed at that moment. Try again.'),
    'version-mismatch': msg('Another tab runs an older Tessera. Close it and reload this one.'),
    unknown: usual,
  }
  return (coded && sentences[coded.code]) ?? usual
}

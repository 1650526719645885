import { msg, str } from '@lit/localize'
import type { FailureCode } from '../../engine/api/failure.ts'
import { formatNumber } from './numbers.ts'
import { plural } from './plural.ts'

interface Coded {
  readonly code: FailureCode
  readonly detail?: Readonly<Record<string, string | number>>
}

const isCoded = (error: unknown): error is Coded =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'

/** The code of a failure; undefined for errors without one. */
export const codeOf = (error: unknown): FailureCode | undefined => (isCoded(error) ? error.code : undefined)

/** Seconds to wait before the next attempt, or undefined. */
export const secondsToWait = (error: unknown): number | undefined =>
  isCoded(error) && error.code === 'wait' ? Number(error.detail?.seconds ?? 0) : undefined

/** Whether the person cancelled it, which needs no message. */
export const isCancelled = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'

/** A sentence that says what happened and what to do. */
export const failureSentence = (error: unknown): string => {
  const coded = isCoded(error) ? error : undefined
  const limit = coded?.detail?.limit === undefined ? undefined : formatNumber(Number(coded.detail.limit))
  const option = coded?.detail?.option
  const seconds = secondsToWait(error) ?? 0
  const usual = msg('That did not work. Nothing was changed. Try again.')
  const sentences: Record<FailureCode, string> = {
    'wrong-passphrase': msg('That passphrase does not open this device.'),
    wait: plural(seconds, {
      one: msg('Too many attempts. Try again in 1 second.'),
      other: msg(str`Too many attempts. Try again in ${formatNumber(seconds)} seconds.`),
    }),
    locked: msg('Tessera is locked. Unlock it to continue.'),
    'no-profile': msg('This device is not set up yet. Reload to start.'),
    'profile-exists': msg('This device is already set up. Reload to unlock it.'),
    newer: msg('This was written by a newer version of Tessera. Reload to update. Nothing was changed.'),
    damaged: msg(
      'Part of the data on this device is damaged. It was left as it is. Another of your devices may have an intact copy.',
    ),
    'storage-full': msg('This device is out of storage space. Nothing was changed. Free some space and try again.'),
    'not-found': msg('This no longer exists here. Look in the trash.'),
    'not-ready': msg('This is still opening. Try again in a moment.'),
    'read-only': msg('An archive is read-only. Copy it to a new space to edit it.'),
    'not-an-archive': msg('This file is not a Tessera archive. Choose one that was made by archiving a space.'),
    'newer-version': msg('A newer version of Tessera has changed this. Reload to update. Nothing was changed.'),
    'wrong-type': msg('This value does not fit the column’s type. Nothing was changed.'),
    'bad-value': msg('This value cannot be stored here. Nothing was changed.'),
    'bad-name': msg('This name cannot be used. Choose one of 1 to 200 characters.'),
    'too-large': limit ? msg(str`This is too large. The limit is ${limit}.`) : msg('This is too large.'),
    'too-many': limit ? msg(str`Too many. The limit is ${limit}.`) : msg('Too many.'),
    'already-there': option
      ? msg(str`Two choices are called “${option}”. Rename or delete one.`)
      : msg('This exists already. Choose another name. Nothing was changed.'),
    'csv-empty': msg('This file is empty. Choose one with at least one row.'),
    'csv-binary': msg('This file does not hold text. Save it as CSV in your spreadsheet and choose that file.'),
    'csv-quote': coded?.detail?.row
      ? msg(str`A quotation mark opens around row ${coded.detail.row} and never closes. Try another separator, or fix the file.`)
      : msg('A quotation mark opens in this file and never closes. Try another separator, or fix the file.'),
    'csv-too-long': limit
      ? msg(str`This file has too many records. A space holds at most ${limit}.`)
      : msg('This file has more records than a space can hold.'),
    'code-garbled': msg('This is not a Tessera code, or part of it is missing.'),
    'code-newer': msg('This code is from a newer version of Tessera. Reload both devices and show a new one.'),
    'code-expired': msg('This code has expired. Show a new one on your other device.'),
    'code-used': msg('This code was already used. Show a new one on your other device.'),
    'relay-unreachable': msg(
      'The relay that connects your devices cannot be reached. Check the network, or pair with two scans.',
    ),
    'engine-lost': msg('Another Tessera tab was closed at that moment. Try again.'),
    'version-mismatch': msg('Another tab runs an older version of Tessera. Close it and reload this one.'),
    unknown: usual,
  }
  return (coded && sentences[coded.code]) ?? usual
}

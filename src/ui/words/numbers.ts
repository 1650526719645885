import { typingLocale } from '../../space/cells/typed.ts'

const plain = new Intl.NumberFormat(undefined, { maximumFractionDigits: 20 })

/** The notation of this browser's locale. */
export const LOCALE = typingLocale()

/** A number as people here write it. */
export const formatNumber = (value: number): string => plain.format(value)

/** A number as it is edited: all its digits, without groups. */
export const editableNumber = (value: number): string => String(value).replace('.', LOCALE.decimals[0])

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** Bytes as a size people can compare, such as "12 MB". */
export const formatBytes = (bytes: number): string => {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  const unit = UNITS[power] ?? 'byte'
  return new Intl.NumberFormat(undefined, {
    style: 'unit',
    unit,
    unitDisplay: power ? 'short' : 'long',
    maximumFractionDigits: power > 2 ? 1 : 0,
  }).format(bytes / 1000 ** power)
}

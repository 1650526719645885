import { typingLocale } from '../../space/cells/typed.ts'

const plain = new Intl.NumberFormat(undefined, { maximumFractionDigits: 20 })

/** How this browser's locale writes numbers and dates. */
export const LOCALE = typingLocale()

/** A number in the notation of the locale. */
export const formatNumber = (value: number): string => plain.format(value)

/** A number for editing: all its digits, without grouping. */
export const editableNumber = (value: number): string => String(value).replace('.', LOCALE.decimals[0])

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** A size in bytes with a unit: "12 MB". */
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

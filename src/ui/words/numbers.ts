import type { FieldSettings } from '../../engine/api/engine.ts'
import { typingLocale } from '../../space/cells/typed.ts'

const plain = new Intl.NumberFormat(undefined, { maximumFractionDigits: 20 })

/** How this browser's locale writes numbers and dates. */
export const LOCALE = typingLocale()

/** A number in the notation of the locale. */
export const formatNumber = (value: number): string => plain.format(value)

const formats = new Map<string, Intl.NumberFormat>()

/** What the format of a number depends on. */
export interface NumberField {
  readonly settings: Pick<FieldSettings, 'format' | 'currency' | 'unit' | 'precision'>
}

/** A number as its field shows it: with its currency, unit or percent sign, and its number of decimals. */
export const formatNumberOf = ({ settings }: NumberField, value: number): string => {
  const { format, currency, unit, precision } = settings
  const key = `${format} ${currency} ${precision}`
  let known = formats.get(key)
  if (!known) {
    known = new Intl.NumberFormat(undefined, {
      ...(format === 'percent' && { style: 'percent' }),
      ...(format === 'currency' && { style: 'currency', currency: currency ?? 'EUR' }),
      ...(precision !== undefined
        ? { minimumFractionDigits: precision, maximumFractionDigits: precision }
        : // A currency has its own usual number of decimals.
          format !== 'currency' && { maximumFractionDigits: 20 }),
    })
    formats.set(key, known)
  }
  const text = known.format(value)
  return unit && format !== 'currency' && format !== 'percent' ? `${text} ${unit}` : text
}

/** A number times a power of ten, without the rounding of a multiplication: 12.3 by -2 is 0.123. */
export const shiftDecimal = (value: number, power: number): number => {
  const [digits = '', exponent = '0'] = String(value).split('e')
  return Number(`${digits}e${Number(exponent) + power}`)
}

/** A number as it is edited: all its digits, without groups. */
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

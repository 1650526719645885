const plain = new Intl.NumberFormat(undefined, { maximumFractionDigits: 20 })

/** A number as people here write it. */
export const formatNumber = (value: number): string => plain.format(value)

const parts = plain.formatToParts(12345.6)
const GROUP = parts.find(({ type }) => type === 'group')?.value ?? ','
const DECIMAL = parts.find(({ type }) => type === 'decimal')?.value ?? '.'

/** The number somebody wrote, in their way or with a point; undefined when it is none. */
export const parseNumber = (text: string): number | undefined => {
  const tight = text.trim().replace(/[\s\u00a0\u202f'’_]/g, '')
  if (!tight) return undefined
  const plainly = Number(tight)
  if (Number.isFinite(plainly) && !(GROUP === '.' && /^-?\d{1,3}(\.\d{3})+$/.test(tight))) return plainly
  const locally = Number(tight.split(GROUP).join('').replace(DECIMAL, '.'))
  return Number.isFinite(locally) ? locally : undefined
}

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
